"""Categories are learnt from tickets that have one."""

from bot.knowledge.category import Sorter

EXAMPLES = [
    (f"{verb} {thing} {number}", category)
    for number in range(6)
    for category, things in (
        ("Billing", ("the invoice", "our refund", "this receipt", "a payment")),
        ("Technical", ("the export", "an error", "the login page", "a crash")),
        ("Sales", ("a demo", "a quote", "more licences", "the price list")),
    )
    for thing in things
    for verb in ("where is", "please help with", "I need")
]


def guessed(sorter: Sorter, *texts: str) -> list[str]:
    return [guess.category if guess else "" for guess in sorter.guesses(texts)]


def test_it_guesses_what_it_has_learnt() -> None:
    sorter = Sorter()
    sorter.learn(EXAMPLES)
    asked = ("refunds for two invoices", "the exports crash with errors", "a demo and a quote")
    assert guessed(sorter, *asked) == ["Billing", "Technical", "Sales"]


def test_it_is_not_sure_of_what_it_never_heard_of() -> None:
    sorter = Sorter()
    sorter.learn(EXAMPLES)
    known, unknown = sorter.guesses(["where is the invoice", "zebra xylophone"])
    assert known
    assert unknown
    assert known.confidence > 0.7
    assert unknown.confidence < 0.4


def test_one_category_is_nothing_to_learn() -> None:
    sorter = Sorter()
    sorter.learn([("a text", "Only")] * 5)
    assert sorter.guesses(["a text"]) == [None]


def test_learning_again_forgets_what_was_before() -> None:
    sorter = Sorter()
    sorter.learn(EXAMPLES)
    sorter.learn([("cats purr", "Cats"), ("dogs bark", "Dogs"), ("a dog barks", "Dogs")])
    assert guessed(sorter, "my dog barks") == ["Dogs"]
