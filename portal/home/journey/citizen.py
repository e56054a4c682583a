"""What the citizen does: sign up, prove who they are, apply, pay, see the document come."""

import re
from collections.abc import Callable, Mapping

from portal.common import clock
from portal.home.journey.browser import Browser, Page, Stuck, Upload, Value, rounds
from portal.home.journey.papers import Somebody, phone_of, signature

# The accounts this path makes belong to synthetic people; whoever runs it again may have to use one again.
PASSWORD = "journey of a synthetic person"  # noqa: S105 - guards nothing that exists
ISSUED = re.compile(r"<dt>签发</dt><dd>(.*?)</dd>", re.DOTALL)
ENDORSED = re.compile(r"<dt>(?:香港|澳门|台湾) ")
STATEMENT = "上个月在家里不小心把水洒在证件上，内页粘在了一起。"
ADDRESS = "示范市样例区虚构路 1 号 2 单元 301 室"
POSTCODE = "310000"
EMPLOYER = "样例有限公司"
EMERGENCY_NAME, EMERGENCY_PHONE = "李样本", "13900000002"
# A group tour to Hong Kong or Macao needs no papers, wherever somebody lives; one to Taiwan is open in few places.
LEFT_OUT = ("TW",)
GROUP_TOUR, THREE_MONTHS_ONCE = "L", "3m1"
MOST_PAGES = 30
PROVEN = "已完成实名"
DELIVERED = "p-tag--ok"
OVER = (DELIVERED, "p-tag--bad", "p-tag--plain")
TAG = re.compile(r'class="govuk-tag([^"]*)"')

CHECKER: Mapping[str, Value] = {
    "city": "杭州市",
    "age": "yes",
    "kinds": ["PASSPORT"],
    "held-passport": "valid",
    "reason-passport": "damaged",
    "fingerprints": "yes",
    "mainland": "yes",
    "identity": "other",
    "changed": "no",
}


class Citizen:
    """One citizen with a browser; `portrait` is both the live picture and the document photo."""

    def __init__(
        self, base: str, person: Somebody, portrait: Upload, open_browser: Callable[[str], Browser] = Browser
    ) -> None:
        self.open_browser = open_browser
        self.browser = open_browser(base)
        self.base = base
        self.person = person
        self.portrait = portrait
        self.phone = phone_of(person.citizen_number)
        self.password = PASSWORD
        self.root = ""
        self.reference = ""
        self.receipts: list[str] = []

    # --- who

    def sign_in(self) -> bool:
        """Sign in to the account an earlier run made; False when there is none."""
        self.browser.get("account/sign-in/")
        try:
            self.browser.send("password", phone=self.phone, password=self.password)
        except Stuck:
            return False
        return True

    def sign_up(self) -> None:
        """Make an account with the code sent to the phone."""
        known = self._codes()
        self.browser.get("account/sign-up/")
        form = self.browser.send("phone", phone=self.phone).form("code")
        for _ in rounds():
            fresh = [text for text in self._codes() if text not in known]
            if fresh:
                code = re.search(r"(?<!\d)\d{6}(?!\d)", fresh[0])
                if code is None:
                    raise Stuck("the message holds no code of six digits")
                self.browser.submit(form, code=code[0], password=self.password)
                return
        raise Stuck("no code came to the development page of messages")

    def _codes(self) -> list[str]:
        """Return what was sent to the phone, the newest first; looked at with a browser of its own."""
        letters = Browser(self.base).get_json("development/messages/?format=json")["messages"]
        return [f"{one['body']} {one['at']}" for one in letters if one["to"] == self.phone]

    def prove(self) -> None:
        """Prove the person by name, number and live picture."""
        page = self.browser.get("account/identity/")
        if PROVEN in page.html:
            return
        self.browser.send("way", way="face", agree="on")
        self.browser.send("agree_face", agree_face="on")
        self.browser.send(
            "citizen_number",
            name=self.person.name,
            citizen_number=self.person.citizen_number,
            picture=self.portrait,
        )
        page = self._once_decided("account/identity/")
        if PROVEN not in page.html:
            raise Stuck("the register did not confirm the identity")

    def is_busy(self) -> bool:
        """Tell whether a form of an earlier run is under way."""
        tags = TAG.findall(self.browser.get("apply/").html)
        return any(not any(over in tag for over in OVER) for tag in tags)

    def _once_decided(self, path: str) -> Page:
        """Open a page again and again until nothing on it waits for an answer."""
        for _ in rounds():
            page = self.browser.get(path)
            if "data-poll=" not in page.html:
                return page
        raise Stuck(f"{path} still waits")

    # --- what

    def ask_the_checker(self) -> None:
        """Answer the questions, without being signed in."""
        stranger = self.open_browser(self.base)
        page = stranger.get("apply/checker/")
        for _ in range(MOST_PAGES):
            slug = page.path.rstrip("/").rpartition("/")[2]
            if slug == "result":
                return
            if slug not in CHECKER:
                raise Stuck(f"the checker asks {slug}")
            page = stranger.send("answer", answer=CHECKER[slug])
        raise Stuck("the checker never ends")

    def start_a_form(self) -> None:
        """Start a form; where one was begun, go on with it."""
        page = self.browser.get("apply/start/")
        form = page.form_to("/apply/start/")
        page = self.browser.submit(form) if form and form.method == "post" else page
        found = re.search(r"/apply/[0-9a-f-]{36}/", page.path)
        if found is None:
            raise Stuck(f"{page.path} is no form")
        self.root = found[0]

    def fill_every_page(self) -> None:
        """Fill page after page, as the form leads on, until it has no more to ask."""
        page = self.browser.get(self.root + "documents/")
        for _ in range(MOST_PAGES):
            slug = page.path.removeprefix(self.root).rstrip("/")
            if not slug:
                return
            page = self._fill(slug, page)
        raise Stuck("the form never ends")

    def _fill(self, slug: str, page: Page) -> Page:
        if slug in ("photo", "signature"):
            return self._send_picture(self.portrait if slug == "photo" else signature())
        if slug == "documents":
            return self._choose_documents(page)
        if slug == "name":
            form = page.form("choice")
            return self.browser.submit(form, choice=form.offered["choice"][0], confirmed="on")
        told: Mapping[str, tuple[str, Mapping[str, str]]] = {
            "reason": ("reason", {"reason": "damaged", "statement": STATEMENT}),
            "endorse": ("letter", {"letter": GROUP_TOUR}),
            "option": ("option", {"option": THREE_MONTHS_ONCE}),
            "personal": (
                "employer",
                {"address": ADDRESS, "employer": EMPLOYER, "identity": "other", "identity_changed": "no"},
            ),
            "contact": (
                "emergency_phone",
                {"phone": self.phone, "emergency_name": EMERGENCY_NAME, "emergency_phone": EMERGENCY_PHONE},
            ),
            "delivery": (
                "recipient",
                {
                    "method": "courier",
                    "recipient": self.person.name,
                    "phone": self.phone,
                    "address": ADDRESS,
                    "postcode": POSTCODE,
                },
            ),
        }
        # Pages about one of several things asked for have its name behind theirs.
        asked = slug.partition("-")[0]
        if asked not in told:
            raise Stuck(f"the form asks {slug}")
        field, values = told[asked]
        return self.browser.send(field, **values)

    def _choose_documents(self, page: Page) -> Page:
        """Ask for what is on offer; just after the proof the register's documents are still on their way."""
        for _ in rounds():
            form = next((one for one in page.forms if one.offered.get("kinds")), None)
            if form and "正在带出" not in page.html:
                wanted = [kind for kind in form.offered["kinds"] if kind not in LEFT_OUT]
                return self.browser.submit(form, kinds=wanted)
            page = self.browser.get(page.path)
        raise Stuck("no document can be asked for")

    def _send_picture(self, picture: Upload) -> Page:
        self.browser.send("file", file=picture)
        page = self._once_decided(self.browser.page.url)
        following = re.search(r'<a class="p-btn p-btn--go" href="([^"]+)"', page.html)
        if following is None:
            heading = re.search(r"<h1>(.*?)</h1>", page.html, re.DOTALL)
            raise Stuck(f"{picture.name} was not accepted: {heading[1].strip() if heading else ''}")
        return self.browser.get(following[1])

    def file(self) -> None:
        """Check the answers, declare, file; keep receipts and reference."""
        page = self.browser.get(self.root + "check/")
        form = page.form("agreed")
        ticks = {name: "on" for name in ("agreed", "loss_sworn") if form.has(name)}
        page = self.browser.submit(form, **ticks)
        self.receipts = [re.sub(r"\D", "", text) for text in re.findall(r'<dd class="num">([\d ]+)</dd>', page.html)]
        if not self.receipts:
            raise Stuck("no receipt number was given")
        self.reference = page.link("/apply/track/").rstrip("/").rpartition("/")[2]

    # --- after filing

    def pay(self) -> None:
        """Pay what is due at the simulated cashier and wait until it is booked."""
        for _ in rounds():
            page = self.browser.get(f"pay/{self.reference}/")
            if any(form.has("amount_fen") for form in page.forms):
                break
        self.browser.send("amount_fen")
        self.browser.send("decision", decision="pay")
        for _ in rounds():
            if self.browser.get(f"pay/{self.reference}/").path.endswith("/receipt/"):
                return
        raise Stuck("the payment was not booked")

    def wait_for_delivery(self) -> None:
        """Look at the progress until every document has been delivered."""
        tags: list[str] = []
        for _ in rounds():
            tags = TAG.findall(self.browser.get(f"apply/track/{self.reference}/").html)
            if tags and all(DELIVERED in tag for tag in tags):
                return
        raise Stuck(f"{sum(DELIVERED in tag for tag in tags)} of {len(tags)} delivered")

    def see_the_document(self) -> None:
        """Find as many documents issued today, with endorsements on them, as were asked for."""
        page = self.browser.get("documents/")
        today = clock.today()
        days = [re.sub(r"\s", "", day) for day in ISSUED.findall(page.html)]
        new = [day for day in days if f"{today.year}年{today.month}月{today.day}日" in day]
        new += ENDORSED.findall(page.html)
        if len(new) < len(self.receipts):
            raise Stuck(f"{len(new)} of {len(self.receipts)} new documents are shown")

    def look_up(self) -> None:
        """Look the form up as anybody with reference and second secret may; a wrong secret finds nothing."""
        stranger = self.open_browser(self.base)
        stranger.get("apply/lookup/")
        tail = self.person.citizen_number[-4:]
        right = stranger.send("reference", reference=self.reference, tail=tail)
        if DELIVERED not in right.html:
            raise Stuck("the look-up does not say that it was delivered")
        stranger.get("apply/lookup/")
        try:
            stranger.send("reference", reference=self.reference, tail="0000" if tail != "0000" else "1111")
        except Stuck:
            return
        raise Stuck("the look-up takes a wrong second secret")
