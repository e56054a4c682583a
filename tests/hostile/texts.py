"""What people and attackers type: texts of every awkward kind, for fuzzing forms."""

from hypothesis import strategies as st

RARE = "𠮷㐂龘䶮𪚥·•．.-' ‧"
AWKWARD = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202e\u202d\u200b\ufeff",
    "😀👨\u200d👩\u200d👧🇨🇳",
    "１３９００００００１１",
    "٣١٤",
    "9223372036854775808",
    "-1",
    "1e999",
    "NaN",
    "2026-02-30",
    "0000-00-00",
    "11010519491231002X",
    "110105194912310021",
    "81000019990101001X",
    "阿依古丽·买买提",
    "彭𠮷样",
    "鲁㐂例",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}{% now %}%s%(x)s",
    "\r\nSet-Cookie: a=b",
    "\ud7ff\ufffe\U0010ffff",
    "on",
    "own",
    "x" * 200,
    "名" * 200,
    "长" * 20_000,
)


def texts() -> st.SearchStrategy[str]:
    """Return a strategy: an awkward text, a name of 1 to 200 characters with rare ones, or any text."""
    signs = st.one_of(st.sampled_from(RARE), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF))
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
    return st.one_of(st.sampled_from(AWKWARD), st.text(signs, min_size=1, max_size=200), anything)
