"""Whether a page by itself is no article but stands in the place of one: cookie wall, paywall, error, script.

It is said only of a short page, most of whose sentences are what such pages say to who opens them. An article about
cookies or about a paywall speaks of them, but does not ask its reader to accept or to subscribe in every sentence.
"""

import re

from ingest.read.draft import Draft

__all__ = ["stand_in"]

_LONGEST = 1200  # characters; a notice is shorter
_SHARE = 0.5  # of the sentences
_TOLD = 60  # characters; a longer sentence beside a call to subscribe is the article's opening, which is kept
_SENTENCE = re.compile(r"[.!?…。！？]+\s+|\n+")
_KINDS = {
    "a cookie wall": "we value your privacy|we use cookies|uses cookies|our partners|partners store|personal data"
    "|access information on|accept all|accept cookies|your choices|your consent|by clicking"
    "|cookie settings|cookie policy|legitimate interest|manage options|privacy policy|wir und unsere"
    "|ihre privatsphäre|alle akzeptieren|ihre einwilligung|nos partenaires|vos choix|tout accepter"
    "|votre consentement|nuestros socios|aceptar todo|plaatsen cookies|onze partners|persoonsgegevens"
    "|cookies te accepteren|cookies accepteren|akkoord|informativa sulla privacy|nostri partner|accetta tutti"
    "|accetta tutto|tue preferenze|nossos parceiros|aceitar todos|dados pessoais|zaufani partnerzy|zaakceptuj"
    "|danych osobowych|våra partners|acceptera alla|personuppgifter|vores partnere|accepter alle",
    "a paywall": "subscribe|already a subscriber|already a member|already have an account|log in|sign in|register now"
    "|to continue reading|to keep reading|to read on|to read the full|unlimited access|free trial"
    "|cancel anytime|create an account|your free articles|reached your limit|free articles|to read this"
    "|forgot your password|forgotten your password|bereits ein abo|hier anmelden|alle artikel lesen"
    "|jetzt abonnieren|weiterlesen mit|abonnez-vous"
    "|déjà abonné|suscríbete",
    "an error page": "page not found|page you requested|page you are looking for|page you were looking for"
    "|cannot find the page|can't find the page|could not find the page|couldn't find the page"
    "|page cannot be found|page could not be found|page does not exist|page doesn't exist|check the url"
    "|try the search|try searching|back to the homepage|go to the homepage|search our archive|error 404"
    "|is no longer available|permission to access|internal error or misconfiguration|server administrator"
    "|too many requests|temporarily unavailable|scheduled maintenance|check back|for any issues, contact"
    "|attempting to access this website from|access cannot be granted|if you are not redirected"
    "|domain is for sale|buy this domain|seite nicht gefunden"
    "|seite wurde nicht gefunden|page introuvable|página no encontrada",
    "a page that asks for JavaScript": "please enable javascript|enable javascript to|enable javascript in your"
    "|enable javascript and|javascript is disabled|javascript is required|requires javascript|turn on javascript"
    "|javascript being disabled|enable cookies"
    "|javascript aktivieren|activer javascript",
    "a security check": "you are human|you are a human|you are not a robot|you're not a robot|checking your browser"
    "|checking if the site connection is secure|security of your connection|access to this page has been denied"
    "|using automation tools|unusual traffic from your|complete the captcha|javascript being disabled|ray id:"
    "|kein roboter sind|n'êtes pas un robot|no eres un robot",
    "a page that asks to turn an ad blocker off": "ad blocker|ad-blocker|adblock|disable your ad|werbeblocker",
    "a page that is not shown where it was saved": "not available in your region|not available in your country"
    "|not available in your location|not available in your area|isn't available in your country",
}
_FEWEST = {"a cookie wall": 3, "a paywall": 3, "an error page": 2, "a page that asks to turn an ad blocker off": 2}
_FORMS = {kind: re.compile("|".join(map(re.escape, said.split("|")))) for kind, said in _KINDS.items()}
_NAMED = re.compile(
    r"\s*(?:error\s*)?(?:40[0-9]|429|451|50[0-4])\b|.{0,40}\b(?:page )?not found\b"
    r"|\s*(?:access denied|forbidden|too many requests|internal server error|bad gateway|service unavailable"
    r"|redirecting)\b",
    re.IGNORECASE,
)


def stand_in(draft: Draft) -> str | None:
    """Return why a page is no article, with the next step; None where it may be one."""
    if len(draft.text) > _LONGEST:
        return None
    sentences = [said for said in _SENTENCE.split(draft.text.lower().replace("’", "'")) if any(map(str.isalpha, said))]
    for kind, form in _FORMS.items():
        found = [set(form.findall(said)) for said in sentences]
        fewest = 1 if kind == "an error page" and _NAMED.match(draft.title or "") else _FEWEST.get(kind, 1)
        if kind != "a cookie wall" and any(len(said) > _TOLD and not form.search(said) for said in sentences):
            continue
        if len(set().union(*found)) >= fewest and sum(map(bool, found)) >= _SHARE * len(sentences):
            return f"it is {kind}, no article; open the article in a browser and save it from there"
    return None
