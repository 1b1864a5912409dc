// What a person has typed and chosen around an element, as the page's acts take it.
export function fieldsOf(element) {
  const container = element.closest("[data-source]");
  const form = new FormData();
  form.append("source", container.dataset.source);
  container.querySelectorAll("input[name], textarea[name]").forEach((field) => {
    if (["checkbox", "radio"].includes(field.type) && !field.checked) return;
    if (field.type !== "file") form.append(field.name, field.value);
  });
  return form;
}
