"""Words that name no company by themselves: ends of names, and words that are used for anything."""

from __future__ import annotations

_LEGAL = """
ab ag and as bv co company corp corporation gmbh group holding holdings inc incorporated kg
limited llc llp ltd nv of oy plc pty sa sarl sas se spa srl the
"""
_TRADE = """
agency analytics bank cloud consulting data design digital energy engineering finance foods global
health industries insurance international labs logistics manufacturing media medical motors
networks online partners pharma robotics security services shipping software solutions studio
studios systems tech technologies technology telecom trading university ventures works
"""
_ORDINARY = """
about account active agent alpha amber angle apex apple arrow atlas aurora basic beacon beam best
beta better black block blue board bold bolt border box branch brave bridge bright bronze buffer
canvas capital card care central chain change channel chat choice circle clear click close coast
code common compass connect core corner cover craft cross crystal customer dash delta direct
discover domain door dream drift dropbox eagle early east echo edge element elevate empire engine
epic even ever express factor fast field figure fire first five flag flash flex flow focus force
forge form forward foundry four frame free fresh front fusion future gap gate general giant gold
good grand great green grid ground grow guard guide harbor harbour haven help hero high home
horizon house hub ideal impact index insight into iron island join jump just keen key king lake
land large last lead leaf level life light like line linear link lion little live local logic long
loop lunar main make map mark market master match matter merge message meta metro mind mint mirror
mobile modern moment monday monitor month moon more most motion mountain move native network never
next nice noble north note notion nova number oak ocean offer olive omega open optimal oracle
orange orbit order origin other over page paper parallel park part path peak pearl people perfect
phone pilot pine pink pioneer pipe pixel place plain plan planet plus point port post power
precise press prime print prism pro project proper pulse pure quality quest quick quiet rapid
ready real record red reply report request river road rock root round route royal safe sage sail
salt sand scale science search second select self sense service seven shape share sharp shell
shift ship shop short side sign signal silver simple single site six sky slack slate smart snow
social solar solid some source south space spark special speed spot spring square stable stack
staff stage standard star start state status steel step still stone storm stream street stripe
strong summit sun support sure swift switch table target task team test thank that their there
this three ticket tide time titan today together token tool top total touch tower track trade
trail transfer tree triangle true trust turn twin union unit unity update upper user valley value
vector verify very view vision visual voice wave west what when where while white wide will wind
window wise with wolf wood word work world yellow your zero zone zoom
"""

LEGAL = frozenset(_LEGAL.split())
"""What companies are by law, and articles."""
TRADE = frozenset(_TRADE.split())
"""What companies do: at the end of a name it says little."""
ORDINARY = frozenset(_ORDINARY.split())
"""Companies are called so, and so is much else."""
