"""Of a text from a web page its words are known, and nothing else is taken for a tag."""

import pytest

from bot.knowledge import page


@pytest.mark.parametrize(
    "text, words",
    [
        ("<p>Press <b>Save</b>.</p>\n<p>Then&nbsp;wait.</p>", "Press Save.\n\nThen\xa0wait."),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
        ("a<br/>b<BR>c", "a\n\nb\n\nc"),
        ("<td>12</td><td>13</td>", "12\n\n13"),
        ("<style>p {color: red}</style><p>Red</p>", "Red"),
        ('<a href="https://x.example/?a=1&b=2">here</a>', "here"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("a List<String> of <names>, 1 < 2 & 3 > 2", "a List<String> of <names>, 1 < 2 & 3 > 2"),
        ("<p>never closed", "never closed"),
        ("", ""),
    ],
)
def test_the_words_of_a_page_are_read(text: str, words: str) -> None:
    assert page.read(text) == words
