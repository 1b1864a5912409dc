"""Courtesy or substance: what asks for nothing, and what must never be lost."""

from __future__ import annotations

import time

import pytest

from bot.rules.courtesy import is_courtesy, is_empty, only_asks_again, wants_solved, wants_urgent

GREETINGS = r"""
hi | hello | hey | hi! | Hi :wave: | hi there | hello team | Hello everyone! | hey folks 👋
morning all | Morning! | good morning | Good morning team, happy Friday! | gm | gd morning
afternoon all | good afternoon everyone | good evening | g'day | G’day mate | howdy
hi <@U123> | hi <@U123>! | <@U123> hello | hey <!here> | Hello <!subteam^S1|@support>
hi Ana | Hi Ana! | Hello Ana and Ben | Good morning Ana :sunny: | Dear all | Dear Ana, | Hi all,
how are you? | Hi all, how are you? | Hello Ana, how are you doing today? | how's it going?
hope you are doing well | Hi team, hope you all had a great weekend! | I hope you’re well
welcome <@U2> | Welcome back! | nice to meet you | long time no see | happy monday :coffee:
heyyy | hellooo | hiii all | HELLO TEAM | *hello* | _hi all_
"""

THANKS = r"""
thanks! | thanks | Thanks. | thank you | Thank you! | THANK YOU | thx | ty | tysm | tnx | cheers
thanks a lot | many thanks | thanks so much | thank you so much | thank you very much
thank you so much, that worked 🙏 | thanks again | thanks all | thanks everyone | thanks team
thanks guys | thanks both! | Thanks Ana | Thanks, Ana! | Thanks Ana and Ben | Thank you Ben :pray:
Thanks,\nCarla | thanks <@U1> | <@U1> thanks | thanks <@U1> and <@U2> | Thanks — Carla
thanks for your help | thanks for the quick reply! | Thank you for the fast response, Ana
thanks for that | thanks for letting me know | thanks for the heads up | thanks for the heads-up
thank you for looking into this | thanks for fixing it | thanks for sorting that out
thank you for getting back to me so quickly | thanks in advance | thanks in advance for your help
much appreciated | really appreciate it | I appreciate your help | appreciate it!
thaaanks | thanksss!!! | thank youuu | sooo much thanks | tx :+1: | ta | thanks :) | thanks! ;-)
thanks :D | thanks &lt;3 | thank you ❤️ | thanks &amp; have a nice day | you're the best
you’re awesome, thanks | thank you, you are a lifesaver | many many thanks | thanks!!!!! | thank u
🙏 thank you 🙏 | thanks… | "thanks" | (thanks) | ~thanks~ | thanks\n\nthanks
. | … | ... | . . . | - | --- | —
Best regards,\nCarla Diaz | Kind regards | Thanks & regards, Carla | Cheers, Ben
"""

ACKNOWLEDGEMENTS = r"""
ok | OK | Ok! | okay | okk | okayyy | k | kk | ok great | ok, great! | ok thanks | okay, thank you
great | Great! | perfect | Perfect, thanks | awesome | cool | coool | nice | excellent! | super
amazing, thank you | brilliant | lovely | wonderful | fantastic :tada: | sweet | wow | yay
nice one
got it | Got it, thanks | gotcha | understood | noted
sounds good | sounds good to me | makes sense | that makes sense, thanks | good to know | I see
will do | will do! | I'll do that | I’ll try that, thanks | will try | wilco | roger that
np | no problem | no problem at all | no worries | No worries, have a nice weekend | no rush
all good | all good, thanks | that's fine | that's ok | it's all good | not a problem
you're welcome | You are welcome! | your welcome | my pleasure | glad to help | happy to help!
never mind | nevermind | nvm | never mind, found it | nvm, figured it out | sorry, wrong channel
sorry | my bad | sorry for the noise | apologies for the confusion | oops | sorry for the delay
that's great | that's great news | great to hear | glad to hear that | very helpful | well done
great job! | great work team | good job Ana | congrats | congratulations :tada: | bravo | kudos
lol | haha | hahaha | hehe | likewise | you too! | same to you | fair enough | no biggie
"""

FAREWELLS = r"""
bye | bye bye | bye-bye | goodbye | see you | see you tomorrow | see ya | take care | ttyl
talk soon | good night | have a nice day | Have a great weekend! | have a good one
have a good evening
have a nice rest of your day | enjoy your weekend | enjoy the weekend everyone | happy new year!
merry christmas | happy holidays | nice weekend all | thanks, bye | ok bye
have a lovely weekend, Ana
"""

CLOSINGS = r"""
that worked | that worked, thanks | that worked! 🎉 | it works | it works now
it works now, thanks
works now | works great | works for me | works like a charm | it's working now | its working again
everything works now, thank you | that did it | that did the trick, thanks | that helped
that helps a lot
all set | all set, thanks! | we're good now | all good now | looks good | lgtm | looks good to me
solved | solved, thanks | fixed, thanks! | it's fixed now | that fixed it
that solved it, thank you
problem solved | resolved | found it, thanks
"""

EMOJI = r"""
:+1: | :thumbsup: | :+1::skin-tone-3: | :pray: | :heart: :tada: | :thankyou:
:white_check_mark: | :100:
👍 | 👍🏽 | 🙏🏻🙏🏻 | ❤️ | 👍👍👍 | 😀 | 🎉 thanks | 👨‍👩‍👧 | :smile: :wave: | :) | :-) | ✅
☺️ | &lt;3 | 🇩🇪 | :slightly_smiling_face:
"""

GERMAN = r"""
danke | Danke! | danke schön | Dankeschön | vielen Dank | Vielen Dank für die schnelle Hilfe!
danke dir
danke für die Info | besten Dank | Danke Ana | herzlichen Dank | tausend Dank
hallo | Hallo zusammen | Guten Morgen | guten Morgen zusammen! | guten Tag | moin | Moin moin
servus
super | super, danke | toll | alles klar | Alles klar, danke | passt | perfekt, vielen Dank
verstanden
kein Problem | gern geschehen | schönes Wochenende | Schönes Wochenende! | schönen Feierabend
tschüss
bis morgen | viele Grüße | Viele Grüsse, Carla | mit freundlichen Grüßen | mfg | lg
liebe Grüße\nCarla
funktioniert jetzt, danke | jetzt geht's | es funktioniert wieder | klappt | hat geklappt, danke
wie geht's?
"""

SPANISH = r"""
gracias | ¡Gracias! | muchas gracias | Muchas gracias por la ayuda | mil gracias
gracias por todo
hola | ¡Hola! | hola a todos | Hola equipo | buenos días | buenas tardes | Buenos días a todos
perfecto | perfecto, gracias | genial | vale | vale, gracias | de acuerdo | entendido | de nada
ok gracias | todo bien | buen fin de semana | saludos | un saludo | hasta mañana | hasta luego
ya funciona, gracias | funciona | ahora funciona | ahora sí funciona, muchas gracias
"""

FRENCH = r"""
merci | Merci ! | merci beaucoup | merci bien | Merci pour votre aide | merci pour l'aide
merci d'avance
merci à tous | merci Ana | un grand merci | bonjour | Bonjour à tous | Bonsoir | salut | coucou
parfait | parfait, merci | super, merci | d'accord | ça marche | ok merci | entendu | c'est noté
de rien
pas de souci | bonne journée | Bonne journée à tous ! | bon week-end | bonne soirée | cordialement
à bientôt | à demain | ça marche maintenant, merci | ça va ? | bien reçu, merci
"""

PORTUGUESE = r"""
obrigado | Obrigada! | muito obrigado | muito obrigada pela ajuda
bom dia | Bom dia pessoal | boa tarde | boa tarde a todos | olá | oi | oi, tudo bem?
perfeito | ótimo, obrigado | beleza | valeu | combinado | de nada | bom fim de semana | até logo
abraços
funcionou, obrigado | agora funciona | tchau
"""

ITALIAN = r"""
grazie | Grazie! | grazie mille | mille grazie | molte grazie | grazie per l'aiuto
grazie a tutti
ciao | Ciao a tutti | buongiorno | Buongiorno a tutti | buonasera | salve | perfetto
perfetto, grazie
va bene | va bene grazie | d'accordo | capito | prego | figurati | buona giornata | buon weekend
cordiali saluti | a presto | funziona | ora funziona, grazie
"""

DUTCH = r"""
bedankt | Bedankt! | dank je wel | dankjewel | dank u wel | hartelijk dank | bedankt voor de hulp
hoi | Hoi allemaal | goedemorgen | Goedemorgen allemaal | goedemiddag | top | top, bedankt | prima
oké | is goed | helemaal goed | begrepen | geen probleem | graag gedaan | fijne dag | fijn weekend
fijn weekend allemaal | groetjes | met vriendelijke groet | werkt nu | het werkt, bedankt
alvast bedankt
"""

SUBSTANCE = r"""
thanks, but it still fails | thanks but no | thank you, however the file is empty
thanks, one more thing
morning all, the export is down | good morning, printer broken | hi, I need help
Hi team, quick question
hi, any news? | any news? | any update? | hello, any update on this | hi <@U1> any update | hello?
Hello? Anyone there? | anybody? | hi?? | ? | ??? | thanks? | ok? | really?
how are you going to fix it?
ok, and how do I reset it? | ok how | ok, when | ok but when | ok it fails | ok, next problem
it works now but… | it works now but slow | it works except the export | it worked yesterday
it works on one machine | that worked for Ben only | it does not work | works not | it never works
doesn't work | not working | still not working, thanks | it isn't working now | no it works not
not solved | not fixed | this is not resolved | is it fixed? | fixed? | solved? | partially solved
yes | no | Yes, please | no thanks | yep | nope | sure | done | go ahead | please do | correct
both
please | please help | help | help! | help please | thanks for nothing | no | none | me too
same here
+1 | 1 | 12 | 42 please | ok 5 | at 5pm | tomorrow | Monday | ok Monday works | ok Tuesday
thanks, see attached | see above | ^^ | asap | urgent | this is urgent | waiting for your reply
bump
the export is down | Export is down | down | Down! | login | password reset | refund | invoice 123
thanks Down | hi Help | Hello, Help | Hi! Export | thanks. Broken | Thanks, Still broken
Hi Urgent
Moin, Serverausfall! | Hallo, Störung | Hi, Downtime | hi downtime | hello world is broken
thanks for the link, which one | thanks for the update, when will it be done
thanks for 3 months free
I appreciate your help with the export | can you help? | could you check | I can't log in
sorry, it fails again | sorry it is down | sorry but no | never mind the export, it is the import
sorry, one more | good luck with 500 errors | great, now it fails | great, another error
perfect storm
cool feature request | nice, can we have dark mode | super slow | very slow | so slow | really bad
I will check and it fails | noted, please proceed | understood, please cancel it | got it wrong
got it, but | got error | no problem found | all users | all good except one
no worries if not, but when | take me off the list | bye bye data | see you in court
have a problem
have a nice bug for you | have an issue | have a question | happy customer is not
welcome page is empty
error | Error 500 | 500 | null | N/A | undefined | asdf | lorem ipsum | !!! | ? | ?! | . ! | ""
()
`thanks` | ```thanks``` | thanks `x=1` | <https://x.example|thanks> | <https://x.example>
thanks <https://x.example>
https://x.example | www.x.example | carla@acme.example | <mailto:a@b.example|a@b.example>
<#C1|general> | hi <#C1>
<@U123> | <@U123> <@U124> | <!here> | <!channel> | @ana | thanks @ana | &lt;@U123&gt;
&lt;!channel&gt; hi
&gt; thanks | &gt; is it done?\nthanks | thanks\n• export fails | hi\nexport down | 1. hi 2. hello
:sos: | :rotating_light: | 🚨 | :warning: | ⚠️ | :question: | ❓ | thanks :question: | ok ❗
:x: | ❌ | 👎
:-1: | :thumbsdown: | :-1::skin-tone-2: | :thinking_face: | 🤔 | thanks :( | :( | ok :-(
:rage: | ‼️ | :one:
1️⃣ | thanks 👎 | hi :bug: | :eyes: broken | :+1: but it fails | 👍 and now?
danke, aber es geht nicht | hallo, der Export geht nicht | danke, noch eine Frage
guten Morgen, Problem mit Login
ja | nein | bitte | bitte helfen | geht nicht | es geht nicht | funktioniert nicht
danke funktioniert nicht
wann? | morgen | gerne | Morgen um 9 | hallo? | hallo Hilfe | Hallo Problem
gracias, pero sigue fallando | hola, no funciona | no funciona | sí | por favor
hola, una pregunta | claro
merci mais ça ne marche pas | bonjour, j'ai un problème | ça ne marche pas | oui | non
merci, et pour l'export ?
obrigado, mas não funciona | não funciona | bom dia, o export falhou | sim
grazie, ma non funziona | non funziona | buongiorno, ho un problema | sì
bedankt, maar het werkt niet | het werkt niet | goedemorgen, een vraag | ja graag | nee
谢谢 | спасибо, не работает | 안녕하세요 | مرحبا | ありがとう、でも動きません
drop table tickets; | <script>alert(1)</script> | {{ 7*7 }} | %s%s%s | ../../etc/passwd
thanks; rm -rf /
please close this ticket | close it | can be closed
"""


def _cases(*tables: str) -> list[str]:
    """One case per `` | ``; ``\n`` stands for a new line."""
    cells = [cell for table in tables for line in table.splitlines() for cell in _cells(line)]
    return [cell.strip().replace("\\n", "\n") for cell in cells if cell.strip()]


def _cells(line: str) -> list[str]:
    return line.split(" | ")


COURTESY = _cases(
    GREETINGS,
    THANKS,
    ACKNOWLEDGEMENTS,
    FAREWELLS,
    CLOSINGS,
    EMOJI,
    GERMAN,
    SPANISH,
    FRENCH,
    PORTUGUESE,
    ITALIAN,
    DUTCH,
)


@pytest.mark.parametrize("text", COURTESY)
def test_a_kind_word_asks_for_nothing(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize("text", COURTESY)
def test_any_more_than_kind_words_is_substance(text: str) -> None:
    assert not is_courtesy(f"{text} but the export fails")
    assert not is_courtesy(f"The export fails.\n{text}")


@pytest.mark.parametrize("text", COURTESY)
def test_what_goes_with_a_file_is_substance(text: str) -> None:
    assert not is_courtesy(text, has_files=True)


@pytest.mark.parametrize("text", _cases(SUBSTANCE))
def test_one_sentence_of_substance_is_kept(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\u00a0\ufeff", "\ufe0f", "\u2800"])
def test_nothing_at_all_is_empty_and_no_courtesy(text: str) -> None:
    assert is_empty(text, has_files=False)
    assert not is_empty(text, has_files=True)
    assert not is_courtesy(text)


@pytest.mark.parametrize("text", [".", "hi", ":+1:", "👍", "\u200ba", "<@U1>"])
def test_what_can_be_seen_is_not_empty(text: str) -> None:
    assert not is_empty(text, has_files=False)


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "??",
        " ? ",
        "?!",
        "!!!",
        "?...",
        "？",
        "¿?",
        "؟",
        "❓",
        ":question:",
        "? :grey_question:",
    ],
)
def test_marks_alone_ask_again(text: str) -> None:
    assert only_asks_again(text)
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["", ".", "...", "ok?", "why?", "? :+1:", ":tada:", "🚨", "1?", "<@U1>?", "- ?"]
)
def test_whatever_says_more_or_nothing_does_not_ask_again(text: str) -> None:
    assert not only_asks_again(text)


SOLVED = r"""
solved | Solved! | SOLVED | solved, thanks | Solved. Thank you! | fixed, thanks | fixed
resolved | it's solved
this is solved | this is resolved now, thanks | problem solved | Issue resolved! | that fixed it
that solved it, thanks Ana
✅ | :white_check_mark: | :heavy_check_mark: | ✔️ | thanks ✅ | ✅ thank you! | it works now ✅
great, solved!
please close this ticket | you can close this | this can be closed, thanks | all solved
gelöst, danke | erledigt | hat sich erledigt, danke | resuelto, gracias | résolu, merci
resolvido, obrigado
risolto, grazie | opgelost, bedankt | hi all, it is fixed | solved :tada:
"""

NOT_SOLVED = r"""
thanks | thanks! | ok | ok ✅ | will do ✅ | got it :white_check_mark: | it works now, thanks
that worked | works
not solved | solved? | is it solved? | is this fixed | when is it solved | not fixed yet
solved but slow | almost solved
✅ but one question | ✅ login ❌ export | fixed ❌ | solved :( | unsolved
please resolve this issue | resolve this
can you close the port | close the export | :+1: | 👍 | solved https://x.example | `solved`
<@U1> | hello | fix it
"""


@pytest.mark.parametrize("text", _cases(SOLVED))
def test_who_says_just_that_it_is_solved_means_it(text: str) -> None:
    assert wants_solved(text)


@pytest.mark.parametrize("text", ["", " ", *_cases(NOT_SOLVED)])
def test_anything_else_solves_nothing(text: str) -> None:
    assert not wants_solved(text)


URGENT = r"""
urgent | URGENT | urgent! | Urgent!!! | this is urgent | this is urgent!
This is very urgent, please | it's urgent
very urgent | it is really urgent | :rotating_light: | 🚨 | 🚨🚨🚨 | ‼️ | :bangbang:
urgent :rotating_light: | urgent please
hi team, this is urgent | *urgent* | this is an emergency | dringend! | das ist dringend
es urgente | c'est urgent !
é urgente | è urgente | dit is dringend | <@U1> urgent
"""

NOT_URGENT = r"""
not urgent | this is not urgent | urgent? | is it urgent? | no longer urgent | less urgent
it was urgent yesterday
urgent: the export is down | the urgent ticket | insurgent | when urgent, call | :fire: | thanks
please | hello | ! | !!
ok 👍 | nicht dringend | `urgent` | non urgente | urgently needed soon
"""


@pytest.mark.parametrize("text", _cases(URGENT))
def test_who_says_just_that_it_is_urgent_means_it(text: str) -> None:
    assert wants_urgent(text)


@pytest.mark.parametrize("text", ["", " ", *_cases(NOT_URGENT)])
def test_anything_else_raises_no_alarm(text: str) -> None:
    assert not wants_urgent(text)


@pytest.mark.parametrize("text", _cases(URGENT))
def test_an_alarm_is_never_mere_courtesy(text: str) -> None:
    assert not is_courtesy(text)


HOSTILE = {
    "spaces": " " * 40_000,
    "zero-width": "\u200b" * 40_000,
    "one-letter": "a" * 40_000,
    "thanks-without-end": "thanks " * 6_000,
    "greetings-to-names": "Hi " + "Ana " * 10_000,
    "colons": ":" * 40_000,
    "half-emoji": ":a" * 20_000,
    "open-mentions": "<@U1" * 10_000,
    "angles": "<" * 20_000 + ">" * 20_000,
    "escapes": "&amp;" * 8_000,
    "combining": "e" + "\u0301\u0327" * 20_000,
    "apostrophes": "'" * 40_000,
    "hyphens": "a-" * 20_000,
    "long-runs": "thaaanks " * 4_400,
    "ligatures": "\ufdfa" * 40_000,
    "right-to-left": "\u202e" * 40_000,
    "surrogates": "\ud83d" * 40_000,
    "question-marks": "?" * 40_000,
    "newlines": "\n" * 40_000,
    "frowns": ":(" * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_no_courtesy(text: str) -> None:
    assert not is_courtesy(text)
    assert not wants_solved(text)
    assert not wants_urgent(text)


@pytest.mark.parametrize("unit", [":+1:", "👍", "👍🏽 ", "🎉\n"])
def test_emoji_stay_courtesy_in_any_number(unit: str) -> None:
    assert is_courtesy(unit * (40_000 // len(unit)))


def test_a_kind_word_is_found_in_a_desert_of_spaces() -> None:
    assert is_courtesy(" " * 20_000 + "thanks" + "\n" * 20_000)


@pytest.mark.parametrize("text", [*HOSTILE.values(), "ok " * 133], ids=[*HOSTILE, "at-the-limit"])
def test_no_text_costs_much_work(text: str) -> None:
    is_courtesy("hello")  # the lexicon is made once

    began = time.process_time()
    is_courtesy(text)
    assert time.process_time() - began < 0.5
