"""Pages of the eligibility checker: questions without sign-in, answers in the session, the result."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import checker, wishes
from applications.eligibility import Channel
from applications.forms.checker import question_form
from documents import catalog
from portal.common.access import public
from portal.common.templatetags.portal import fen

SESSION = "checker"

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def told(request: HttpRequest) -> dict[str, Any]:
    """Return the answers this browser gave."""
    kept = request.session.get(SESSION)
    return kept if isinstance(kept, dict) else {}


@public
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Go to the first question that is open, or to the result."""
    slug = checker.first_open(told(request))
    return redirect("applications:question", slug) if slug else redirect("applications:result")


@public
@get_or_post
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask one question; an answer changed from the result leads back there when nothing else is open."""
    answers = told(request)
    asked = checker.questions(answers)
    if slug not in asked:
        if request.method == "POST" or slug not in checker.slugs():
            raise Http404
        return redirect("applications:checker")
    form = question_form(slug, answers, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answers = {**answers, slug: form.kept}
        request.session[SESSION] = {key: answers[key] for key in checker.questions(answers) if key in answers}
        return _onward(answers, slug)
    before = checker.neighbour(answers, slug, -1)
    context = {
        "form": form,
        "number": asked.index(slug) + 1,
        "back_url": reverse("applications:question", args=[before]) if before else "",
        "back_text": _("返回上一题"),
    }
    return render(request, "applications/question.html", context)


def _onward(answers: checker.Told, slug: str) -> HttpResponseRedirect:
    after = checker.neighbour(answers, slug, 1)
    while after and after in answers:
        after = checker.neighbour(answers, after, 1)
    following = after or checker.first_open(answers)
    if following:
        return redirect("applications:question", following)
    return redirect("applications:result")


@public
@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """Say what can be done online, why, what it costs and how long it takes, and what remains where it cannot."""
    answers = told(request)
    if checker.first_open(answers):
        return redirect("applications:checker")
    answer = checker.judge(answers)
    lines = [
        {
            "state": line.state,
            "title": line.title,
            "text": line.text,
            "source": line.source,
            "href": reverse("applications:question", args=[line.slug]) if line.slug else "",
        }
        for line in answer.lines
    ]
    context = {
        "answer": answer,
        "title": _title(answer),
        "barred": _("、").join(offer.title for offer in answer.elsewhere),
        "lines": lines,
        "waiting": [wishes.code_of(want) for want in answer.waiting],
        "steps": _steps(),
        "card": _card(answer),
        "ways": [_way(offer) for offer in answer.elsewhere],
        "additions": _additions(answer, answers),
        "ready": _ready(),
        "back_url": reverse("applications:question", args=[checker.questions(answers)[-1]]),
        "back_text": _("返回上一题"),
        "signed_in": request.user.is_authenticated,
    }
    return render(request, "applications/result.html", context)


@public
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Throw the answers away and begin again."""
    request.session.pop(SESSION, None)
    return redirect("applications:checker")


def _title(answer: checker.Answer) -> str:
    if not answer.online:
        return _("现在还不能在网上办")
    return _("您可以在网上%(items)s") % {"items": _("、").join(_done(offer) for offer in answer.online)}


def _done(offer: checker.Offer) -> str:
    """Say what is done with a request: replaced, reissued; an endorsement is asked for."""
    if not offer.years:
        return _("办%(kind)s") % {"kind": offer.title}
    return _("%(category)s%(kind)s") % {"category": offer.category.label, "kind": offer.title}


def _way(offer: checker.Offer) -> dict[str, object]:
    """Return the way that remains for a request: where, what it costs, how long it takes."""
    names = {Channel.DEVICE: _("自助签注设备，当场写入"), Channel.WINDOW: _("出入境窗口")}
    fee = _("费用请问窗口") if offer.fee_fen is None else fen(offer.fee_fen) if offer.fee_fen else _("不收费")
    term = offer.term
    return {
        "title": offer.title,
        "where": names.get(offer.channel, _("现在办不了")),
        "fee": fee if offer.channel in names else "",
        "term": _long(term) if term and term.amount else "",
        "note": _("以前没有办过签注的，第一次要到窗口。") if offer.channel is Channel.DEVICE else "",
        "sources": [*offer.fee_sources, *([term.ground.source] if term else [])],
    }


def _long(term: catalog.Term) -> str:
    """Say how long a term is."""
    days = {"days": term.amount}
    if term.unit is catalog.Unit.DAY:
        return _("%(days)s 日") % days
    return ngettext("%(days)s 个工作日", "%(days)s 个工作日", term.amount) % days


def _additions(answer: checker.Answer, answers: checker.Told) -> list[dict[str, object]]:
    """Return the permits to be replaced with the same form, each with what the first question then says."""
    return [
        {"kind": catalog.kind(kind).short_name, "answer": [*answers["kinds"], kind]} for kind in answer.short_permits
    ]


def _card(answer: checker.Answer) -> list[dict[str, object]]:
    term = catalog.term("online")
    since = _("从受理算起。依据：%s") % term.ground.source
    rows: list[dict[str, object]] = [
        {
            "term": _("办理时间"),
            "text": _long(term),
            "note": since,
            "strong": True,
        },
        {"term": _("邮费"), "text": _("快递到付"), "note": _("自取不收费")},
    ]
    for rule in answer.postage:
        free = _("%(age)s 周岁以上免邮费") % {"age": rule.age_from}
        rows.append({"term": _("老年人邮费"), "text": free, "note": rule.ground.source})
    for offer in answer.online:
        if offer.years:
            text = _("有效期 %(years)s 年") % {"years": offer.years}
            rows.append({"term": format_lazy(_("新{kind}"), kind=offer.title), "text": text})
        else:
            rows.append({"term": offer.title, "text": fen(offer.fee_fen or 0)})
    return rows


def _steps() -> list[dict[str, object]]:
    term = catalog.term("online").amount
    return [
        {
            "state": "now",
            "title": _("登录并核验身份"),
            "tag": _("约 2 分钟"),
            "tag_kind": "act",
            "text": _("用身份证和人脸核验，也可以请工作人员人工核验。"),
        },
        {"title": _("填表、拍照、签名"), "tag": _("约 15 分钟"), "text": _("已有的信息我们会带出来，您核对就行。")},
        {"title": _("提交，等审核"), "text": _("受理后 %(days)s 个工作日内办完审核和制证。") % {"days": term}},
    ]


def _ready() -> list[dict[str, object]]:
    return [
        {"icon": "id-card", "strong": _("身份证"), "note": _("实名核验要用上面的号码")},
        {"icon": "smartphone", "strong": _("手机"), "note": _("收短信，做人脸核验")},
        {"icon": "camera", "strong": _("近照"), "note": _("白色背景，半年内拍的，不要修图")},
        {"icon": "pen-line", "strong": _("签名"), "note": _("黑色笔写在白纸上，拍下来")},
    ]
