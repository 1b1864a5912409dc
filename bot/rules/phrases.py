"""What people say when they ask for nothing: greetings, thanks and the like, in seven languages.

One phrase a line; a line that ends in ``|`` goes on in the next. ``[a|b|]`` stands for each of its
choices, the empty one too; ``?`` is a word of its own. Left out on purpose: what may answer a
question of ours (yes, no, sure, done, go ahead), what asks for something (please, any news, waiting
for you) and what says "me too".
"""

from __future__ import annotations

GREETINGS = """
[hi|hey|hello|hallo|hiya|howdy|heya|yo|greetings|salutations] [there|again|]
[good|gd] [morning|afternoon|evening|day]
morning
[afternoon|evening|morgen] [all|everyone|everybody|team|guys|folks|zusammen|leute|alle]
[dear|liebe|lieber|liebes|cher|chère|estimado|estimada|caro|cara|beste]
hope you [all|] [had|have|are having] a [nice|good|great|lovely] [weekend|day|week|morning|
holiday|evening|time]
long time no see
g'day
gm
happy [monday|tuesday|wednesday|thursday|friday]
welcome [back|]
hope [you are|you're|you all are|everyone is|all are] [well|doing well|good|fine]
i hope [you are|you're|you all are|everyone is] [well|doing well|good|fine]
hope [this finds you|all is] well
how are you [doing|] [today|] [?|]
how's it going [?|]
how is it going [?|]
nice to meet you
pleased to meet you
good to see you
guten [morgen|tag|abend]
[moin|moin moin|servus|grüß gott|grüezi|mahlzeit|hallöchen]
wie geht's [?|]
wie geht es [dir|euch|ihnen] [?|]
[hola|buenas|buenos dias|buen dia|buenas tardes|buenas noches] [de nuevo|]
[qué tal|que tal] [?|]
[bonjour|bonsoir|salut|coucou|rebonjour]
[ça va|comment ça va|comment allez vous] [?|]
[olá|oi|bom dia|boa tarde|boa noite]
[tudo bem|como vai] [?|]
[ciao|buongiorno|buonasera|buon giorno|buona sera|buon pomeriggio|salve]
come [va|stai|state] [?|]
[goedemorgen|goedemiddag|goedenavond|goedendag|goeiemorgen|hoi|dag]
hoe gaat het [?|]
"""

THANKS = """
[thanks|thx|thnx|thank|tnx|tx|ty|tysm|tyvm|tks|thks|thankyou|thanx|ta|cheers|kudos|thank u|
thank you]
[many|big|huge|much|warm|special] [many|big|] thanks
thanks in advance
[much|greatly|highly|really|very much] appreciated
[i|we|] [really|greatly|truly|very much|do|] appreciate [it|that|this|you|your help|the help|
your support|your time|your patience|the update|your quick reply|your quick response|
the quick response|the quick reply|the quick turnaround]
[i'm|i am|we're|we are|] [so|very|] grateful
[you're|you are|ur|] [the best|awesome|amazing|great|a star|a legend|a lifesaver|a life saver|
a rock star|brilliant|fantastic|so kind|very kind|too kind|a hero|my hero]
[lifesaver|legend]
[danke|dankeschön|danke schön|danke sehr|vielen dank|tausend dank|besten dank|herzlichen dank|
lieben dank|dankeschoen|danke dir|danke euch|danke ihnen|merci|merci vielmals] [nochmal|nochmals|]
danke im voraus
vielen dank im voraus
ich danke [dir|euch|ihnen]
[gracias|muchas gracias|mil gracias|muchísimas gracias|grax|se agradece|te lo agradezco|
se lo agradezco|os lo agradezco] [de nuevo|]
gracias de antemano
[merci|merci beaucoup|merci bien|mille mercis|un grand merci|grand merci|mille merci|
je vous remercie|je te remercie] [encore|]
merci d'avance
[obrigado|obrigada|muito obrigado|muito obrigada|obg|obgd|brigado|brigada|valeu|vlw|
agradeço] [novamente|mais uma vez|]
[grazie|grazie mille|mille grazie|molte grazie|tante grazie|ti ringrazio|vi ringrazio|
la ringrazio] [ancora|di nuovo|]
[bedankt|dank je|dank u|dank je wel|dank u wel|dankjewel|dankuwel|hartelijk dank|
hartelijk bedankt|heel erg bedankt|alvast bedankt|dank|dankje|thnks|super bedankt]
"""

PRAISE = """
[great|perfect|awesome|amazing|excellent|brilliant|fantastic|wonderful|lovely|super|superb|cool|
nice|sweet|beautiful|fab|fabulous|neat|marvelous|marvellous|splendid|terrific|outstanding|
impressive|nice one|yay|woohoo|woo hoo|hooray|hurray|wow|bravo|love it|superb|noice]
[great|good|nice|excellent|awesome|amazing|fantastic] [job|work|stuff|news|to hear|to know|one]
[well done|congrats|congratulations]
[that's|thats|that is|this is|it's|it is|sounds|looks|all|that sounds|that looks|it looks|
this looks] [great|perfect|awesome|amazing|excellent|brilliant|fantastic|wonderful|lovely|good|
super|cool|nice|fine|very helpful|super helpful|so helpful|really helpful|helpful|good to know|
great to hear|good to hear|great news|good news] [now|to me|thanks|]
[super|very|really|so|most|extremely|] helpful
[happy|glad|good|great|nice] to [hear|know] [that|it|]
love this
made my day
[you|that] made my day
[super|toll|klasse|prima|perfekt|wunderbar|spitze|genial|großartig|sehr gut|sehr schön|
ausgezeichnet|freut mich|gut gemacht|hervorragend]
das ist [super|toll|klasse|prima|perfekt|großartig]
[perfecto|genial|excelente|estupendo|fenomenal|buenísimo|muy bien|qué bien|maravilloso|muy amable|
buen trabajo]
[parfait|super|génial|excellent|top|impeccable|nickel|très bien|formidable|c'est parfait|
c'est super|bravo|bon travail]
[perfeito|ótimo|excelente|maravilha|muito bom|beleza|que bom|bom trabalho]
[perfetto|ottimo|fantastico|benissimo|molto bene|eccellente|grandioso|gentilissimo|gentilissima|
gentilissimi|ottimo lavoro]
[perfect|top|geweldig|prima|fijn|mooi|super|uitstekend|goed gedaan|helemaal goed|helemaal top|
fantastisch]
"""

ACKNOWLEDGEMENTS = """
[ok|okay|okey|k|kk|okie|oki|okidoki|okey dokey|okie dokie|alright|all right|aight|alrighty|fine|
good|righto]
[got it|gotcha|gotchya|understood|noted|acknowledged|ack|roger|roger that|copy|copy that|i see|
makes sense|that makes sense|fair enough|duly noted|10 4|well noted|received|i got it|we got it|
i understand|ah i see|good to know|point taken]
[sounds good|sounds great|sounds good to me|sounds like a plan|works for me|works for us|
fine by me]
[will do|wilco|i'll do|i will do that|i'll do that|will try|will try that|will try it|i will try|
i will try that|i'll try|i'll try that|i'll try it|let me try|let me try that|will check|
will have a look|will take a look|i'll take a look|i'll have a look|i'll check|i will check|
will give it a try|i'll give it a try|on it]
[np|nw|no problem|no problem at all|no problems|no probs|no prob|no worries|no worries at all|
no rush|no hurry|no pressure|not a problem|no bother|nae bother|no biggie|no stress|all good|
it's all good|it's ok|it's okay|it's fine|that's ok|that's okay|don't worry|don't worry about it|
dont worry|don't mention it|take your time|never mind|nevermind|nvm|you bet|my pleasure|
glad to help|happy to help|glad i could help|happy i could help]
[you're|you are|your|ur|youre|you're very|you are very|you're most|] welcome
[likewise|same to you|you too|u too|you as well]
[sorry|apologies|my apologies|my bad|my mistake|oops|whoops|pardon|so sorry|i'm sorry|
sorry about that|sorry for that|sorry for this|sorry for the noise|sorry for the trouble|
sorry for the confusion|sorry for the inconvenience|sorry for the delay|sorry for the late reply|
sorry to bother you|apologies for the noise|apologies for the confusion|wrong channel|wrong chat|
wrong window]
[lol|haha|hahaha|hehe|lmao|rofl|xd]
[ah|aha|oh|ooh|aah|ahh|yay|phew|whew]
[in ordnung|alles klar|alles gut|passt|passt so|verstanden|einverstanden|gut|geht klar|mach ich|
wird gemacht|machen wir|kein problem|keine ursache|gern geschehen|bitte sehr|bitteschön|
bitte schön|kein stress|keine eile|kein ding|ach so|achso|sorry|entschuldigung|schon gut|ist gut|
ebenfalls|gleichfalls|dir auch|euch auch|ihnen auch]
[vale|de acuerdo|entendido|okey|dale|todo bien|de nada|no hay problema|sin problema|sin problemas|
no hay de qué|no te preocupes|no se preocupe|no pasa nada|perdón|disculpa|disculpas|anotado|
recibido|con gusto|igualmente]
[d'accord|dac|ça marche|entendu|compris|c'est noté|noté|bien noté|bien reçu|pas de problème|
pas de souci|pas de soucis|aucun problème|de rien|je vous en prie|je t'en prie|avec plaisir|
ok pour moi|c'est bon|pardon|désolé|désolée|toi aussi|vous aussi|vous de même|pareillement|
très bien|tout va bien]
[combinado|entendi|entendido|tá bom|ta bom|tá|tudo certo|tudo bem|sem problema|sem problemas|
de nada|por nada|imagina|não se preocupe|desculpa|desculpe|fechado|tranquilo|igualmente|anotado|
blz]
[va bene|d'accordo|capito|ricevuto|tutto ok|tutto bene|tutto chiaro|nessun problema|
non c'è problema|di niente|di nulla|prego|figurati|si figuri|tranquillo|tranquilla|scusa|scusate|
scusi|altrettanto|chiaro|okok]
[oké|oke|is goed|prima zo|duidelijk|begrepen|akkoord|komt goed|doe ik|doen we|ga ik doen|
geen probleem|graag gedaan|geen dank|geen zorgen|alles goed|sorry|excuses|jij ook|jullie ook|
u ook|helder]
"""

FAREWELLS = """
[bye|bye bye|goodbye|good bye|cya|see ya|see you|see you all|take care|ttyl|talk soon|speak soon|
talk later|talk to you soon|talk to you later|speak later|good night|have fun|cheerio]
[see you|see ya|talk to you|speak] [soon|later|tomorrow|then|there|next week|on monday|monday|
around]
have [a|an] [very|] [nice|good|great|lovely|wonderful|awesome|excellent|fantastic|relaxing|
restful|fab|super|beautiful|happy|pleasant|amazing|] [day|one|weekend|week|evening|afternoon|
night|morning|time|friday|holiday|vacation|trip|lunch|break|rest of your day|rest of the day|
rest of your week|day ahead|week ahead|start to the week|start of the week|long weekend]
[nice|good|great|lovely|happy|] weekend
enjoy [your|the|] [weekend|day|evening|rest of your day|rest of the day|holiday|holidays|vacation|
lunch|break|week|afternoon|time off|long weekend]
[happy|merry] [new year|christmas|xmas|easter|holidays|thanksgiving|birthday|weekend|diwali|eid]
[best|kind|kindest|warm|warmest|many] [regards|wishes]
best
[regards|best wishes|yours sincerely|sincerely|kr|rgds|all the best|br]
[tschüss|tschüs|tschau|ciao|auf wiedersehen|bis bald|bis dann|bis später|bis morgen|bis montag|
gute nacht|gute reise|guten appetit]
[schönes|schönen|ein schönes|einen schönen|noch einen schönen|noch ein schönes|
schönen guten] [wochenende|tag|abend|feierabend|tag noch|abend noch|nachmittag|urlaub|
start in die woche|wochenstart|rest der woche]
[mit freundlichen grüßen|freundliche grüße|viele grüße|liebe grüße|beste grüße|schöne grüße|lg|vg|
mfg|gruß|grüße|gruss]
[adiós|chao|chau|hasta luego|hasta pronto|hasta mañana|hasta el lunes|nos vemos|saludos|un saludo|
un abrazo|saludos cordiales|cordialmente]
[buen fin de semana|que tengas un buen día|que tengan un buen día|que tenga un buen día|buen día|
feliz día|feliz fin de semana|feliz año nuevo|feliz navidad|buena semana]
[au revoir|à bientôt|à demain|à plus|à plus tard|à lundi|bonne journée|bonne soirée|
bonne fin de journée|bon week end|bon weekend|bon appétit|bonne nuit|bonnes vacances|bonne année|
bonne semaine|cordialement|bien cordialement|bien à vous|belle journée|bises]
[tchau|até logo|até mais|até breve|até amanhã|até segunda|bom fim de semana|bom final de semana|
boa semana|bom trabalho|bom descanso|abraço|abraços|um abraço|att|atenciosamente|tenha um bom dia|
tenham um bom dia|feliz ano novo|feliz natal]
[arrivederci|a presto|a domani|a dopo|a lunedì|buona giornata|buona serata|buon weekend|
buon fine settimana|buon lavoro|buona notte|buone vacanze|buon natale|buon anno|cordiali saluti|
saluti|un saluto|distinti saluti]
[tot ziens|tot later|tot morgen|tot straks|tot snel|tot maandag|doei|doeg|fijne dag|fijn weekend|
fijne avond|fijne dag nog|prettige dag|prettig weekend|prettige avond|goed weekend|
nog een fijne dag|een fijne dag|een fijn weekend|werkse|groet|groeten|groetjes|
met vriendelijke groet|mvg|vriendelijke groet|fijne feestdagen]
"""

CLOSINGS = """
[it|that|this|everything|all|now it|yes it|yep it|yup it|yes that|] [works|worked|is working|
seems to work|seems to be working|looks good|looks fine|looks great] [now|again|fine|great|well|
perfectly|perfect|nicely|like a charm|as expected|for me|for us|now again|fine now|perfectly now|
great now|]
[it's|its|that's|everything's|] working [now|again|fine|great|well|perfectly|perfect|as expected|
for me|for us|now again|fine now|again now]
[that|this|it] [helped|helps|did it|did the trick] [a lot|]
[all|we're|we are|i'm|i am|we're all|i'm all|everything is|everything's|it's all|
everything] [good|set|fine|sorted|ok|okay|well] [now|]
[lgtm|looks good|looks good to me]
[never mind|nevermind|nvm] [i|we|] [found it|figured it out|got it working|got it|solved it|
fixed it|sorted it]
[i|we|] [found it|figured it out|got it working|solved it|fixed it|sorted it] [now|]
[sorted|all sorted]
[es|jetzt|das|nun|] [geht's|funktioniert|klappt|geht|läuft|hat funktioniert|hat geklappt|
hat geholfen|funktioniert jetzt|klappt jetzt|geht jetzt|läuft jetzt|geht wieder|läuft wieder|
funktioniert wieder|klappt wieder|funktioniert jetzt wieder|geht jetzt wieder]
[ya|ahora|ahora ya|ahora sí|] [funciona|funcionó|está funcionando|va bien|funciona bien|
me funciona|funciona perfecto|funciona perfectamente]
[ça|c'est|tout|maintenant ça|] [fonctionne|marche|a marché|a fonctionné|marche maintenant|
fonctionne maintenant|marche très bien|fonctionne bien|fonctionne à nouveau]
[agora|já|agora já|] [funciona|funcionou|está funcionando|deu certo|está tudo certo|
funcionou agora]
[ora|adesso|ora sì|] [funziona|ha funzionato|funziona tutto|va tutto|funziona bene|
funziona perfettamente|funziona di nuovo]
[het|nu|alles|het heeft|] [werkt|werkt nu|werkt weer|doet het|doet het weer|gewerkt|werkt perfect|
werkt goed|is gelukt|gelukt]
"""

SOLVED = """
[this|that|it|issue|problem|the issue|the problem|this issue|this problem|now|all|ticket|
this ticket|] [is|was|has been|is now|is all|] [solved|fixed|resolved|sorted out] [now|for me|
for us|]
[it's|that's|it's all|it's now] [solved|fixed|resolved] [now|]
[that|this|it] [solved|fixed|resolved] [it|the issue|the problem|my issue|my problem|everything]
[gelöst|erledigt|behoben|problem gelöst|problem behoben|ist gelöst|ist erledigt|ist behoben|
hat sich erledigt|das hat sich erledigt]
[solucionado|resuelto|arreglado|problema resuelto|problema solucionado|está resuelto|
está solucionado]
[résolu|réglé|c'est résolu|c'est réglé|problème résolu|problème réglé]
[resolvido|problema resolvido|está resolvido|solucionado]
[risolto|problema risolto|è risolto]
[opgelost|probleem opgelost|is opgelost|het is opgelost]
"""

CLOSE_IT = """
[please|pls|you can|you may|feel free to|] close [this|it|the ticket|this ticket|this one] [now|]
[this|it|the ticket|this ticket|this one] can be closed [now|]
[please|pls|you can|] mark [this|it|the ticket|this ticket|] as [solved|resolved|done]
"""

URGENT = """
[this|it|that|ticket|this ticket|this issue|issue|this one|] [is|is now|is really|is very|
is super|is extremely|became|has become|] urgent
[it's|that's] [urgent|really urgent|very urgent]
[very|really|super|extremely|so|most] urgent
this is an emergency
[emergency|urgently]
[dringend|sehr dringend|das ist dringend|es ist dringend|eilt|es eilt|das eilt|eilig]
[urgente|es urgente|muy urgente|esto es urgente|é urgente|muito urgente|isto é urgente|
isso é urgente|è urgente|molto urgente]
[c'est urgent|très urgent|c'est très urgent|urgence]
[spoed|dit is dringend|het is dringend|dit is urgent|met spoed]
"""

ADDRESSEES = """
[all|everyone|everybody|team|guys|folks|both|support|friend|friends|mate|mates|buddy|bud|dear|
gang|peeps|sir|madam|man|dude|bro|people|you all|y'all|you guys|you both|support team|
sir or madam|colleagues|ladies|gents|chaps|world|channel]
[zusammen|alle|alles|leute|allerseits|liebes team|an alle|liebe alle|ihr lieben]
[equipo|a todos|todos|chicos|amigos|a todas|compañeros]
[à tous|à toutes|tous|à toutes et à tous|l'équipe|tout le monde|l'equipe|les amis|équipe]
[pessoal|equipe|equipa|gente|galera|amigo|amiga]
[a tutti|tutti|ragazzi|team|a te|a voi|amici]
[allemaal|iedereen|jongens|mensen|collega's]
"""

EMPHASIS = """
[so much|very much|a lot|lots|a bunch|a million|a ton|tons|again|indeed|really|very|so|too|always|
for now|loads|heaps|once again|once more|truly|in advance]
[sehr|nochmal|nochmals|nochmals|ganz herzlich|wirklich|auch]
[mucho|muchísimo|otra vez]
[encore|beaucoup|vraiment|infiniment]
[muito|mesmo|demais]
[mille|molto|ancora|davvero]
[heel erg|zeer|nogmaals|echt|hoor|wel]
[and|und|et|en|e|y|n]
for [your|the|all your|all the|all|] [quick|fast|prompt|swift|speedy|great|kind|super quick|
very quick|] [help|support|reply|response|answer|update|updates|info|information|feedback|
heads up|explanation|clarification|assistance|time|patience|understanding|effort|efforts|work|
service|attention|turnaround|fix|solution|confirmation]
for [confirming|clarifying|explaining|helping|replying|responding|answering|checking|looking|
asking|fixing|sharing|being so quick|being so helpful|being patient|reaching out|the follow up|
following up]
for [that|this|it|everything|today|yesterday]
for [letting me know|letting us know|keeping us posted|keeping me posted|helping me|helping us|
helping out]
for [getting|coming] back [to me|to us|so quickly|to me so quickly|to us so quickly|]
for [looking into|taking care of|fixing|sorting|solving|resolving|checking|doing|sharing|
confirming|clarifying|explaining|handling] [this|that|it] [for me|for us|out|so quickly|so fast|]
für [die|deine|eure|ihre|das|den|] [schnelle|rasche|gute|tolle|super|prompte|] [hilfe|antwort|
rückmeldung|unterstützung|info|information|lösung|geduld|update|service]
por [la|el|tu|su|vuestra|todo|] [rápida|] [ayuda|respuesta|apoyo|soporte|información|atención|
paciencia|aclaración|solución]
por todo
pour [votre|ton|ta|la|le|vos|cette|] [aide|retour|réponse|support|info|infos|information|rapidité|
réactivité|patience|explication] [rapide|]
pour [l'aide|l'info|l'information|tout]
[pela|pelo|por] [sua|seu|] [rápida|] [ajuda|resposta|apoio|suporte|informação|atenção|retorno]
por tudo
per [il|la|] [tuo|vostro|suo|vostra|tua|sua|] [rapida|] [aiuto|risposta|supporto|informazione|
pazienza|disponibilità]
per [l'aiuto|l'informazione|tutto]
voor [de|je|jullie|uw|het|] [snelle|goede|] [hulp|reactie|antwoord|ondersteuning|info|informatie|
uitleg|geduld]
voor alles
"""

ASKING_WELL = """
[please|pls|plz|very|really|sorry|bitte|por favor|s'il vous plaît|svp|
alsjeblieft|per favore]
"""

NOT_NAMES = """
access account again all already also always and another any anybody anyone app api are asap ask
back bad be because been billing blocked broken bug but call can cannot cant case change check
could crash crashed critical customer dashboard data deadline delay delete demo did do does
doesn't don't down email emergency empty error errors everything exactly except export fail failed
failing fails failure fix for from get getting has have help how however i if import in incident
integration invoice is issue issues it its just kaputt late later license locked login logs lost
message missing money my need needs network never new news next no none nope not nothing now of
off offline old on one only open or order orders outage outstanding password pay payment pending
permission please problem production question questions quick quote re refund regarding release
remind reminder report request reset same server shall should site slow slack some someone
something sos sso stale status stay still stop stopped stuck subscription sync system test that
the then there these they this those though tomorrow today token trouble try trying unfortunately
unless until up update upgrade urgent use user users version vpn waiting was we website were what
when where which who why will with without won't wont wrong yes yep yesterday yet you your january
february march may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday aber auch bitte dringend fehler frage geht hilfe immer jetzt kein
keine leider nein nicht noch nur problem rechnung störung trotzdem warum wann was wie wo ayuda aún
cómo cuándo error factura no pero por porque pregunta problema qué sigue sin todavía urgente ya
aide alors besoin cependant comment erreur facture mais non pas pourquoi problème question quand
toujours ainda ajuda como erro mas não porém quando aiuto ancora come errore fattura ma non però
quando perché problema factuur fout help hoe maar nee niet nog probleem storing vraag waarom
wanneer
"""

CHECKS = "white_check_mark heavy_check_mark ballot_box_with_check ✅ ✔ ☑"

ALARMS = "rotating_light bangbang 🚨 ‼"

ASKING_EMOJI = """
question grey_question exclamation grey_exclamation heavy_exclamation_mark interrobang
❓ ❔ ❗ ❕ ⁉
"""

TELLING = """
:( sos warning question grey_question interrobang thinking_face x no_entry no_entry_sign thumbsdown
-1 rage angry face_with_symbols_on_mouth exclamation grey_exclamation heavy_exclamation_mark bug
negative_squared_cross_mark zero one two three four five six seven eight nine keycap_ten
🆘 ⚠ ❓ ❔ ⁉ 🤔 ❌ ⛔ 🚫 👎 😡 😠 🤬 ❗ ❕ 🐛 ❎ 🔟
"""
"""Emoji that complain, ask or choose: with them no message is mere courtesy."""
