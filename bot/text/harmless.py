"""What tells that a number is nobody's: an amount, a measure, a date, the number of a public service. Parts of patterns for plain texts."""

from __future__ import annotations

import re

CURRENCY = (
    r"[元块亿]|万(?!一)|(?:新?台|人民|港)币|[美港欧日]元|美金|(?:rmb|cny|usd|ntd?|twd|hkd|yuan|dollars?)(?![a-z])"
)
MEASURE = rf"{CURRENCY}|[年月日天人户岁%‰名家个项条位次秒分㎡]|小时|平方|平米|公里|公顷"
YEAR = r"(?:19|20)\d\d"

ALONE = r"(?<!\d)(?<!\d[.,\-])"
"""Before a number that is no part of a longer one, of a decimal or of a code with hyphens, such as that of a project."""
NO_MONEY = r"(?<![¥$€£])(?<![¥$€£]\s)"
"""Before a number."""
NO_AMOUNT = rf"(?!\d)(?!\s?(?:{CURRENCY}))"
"""Behind a number that says by itself what it is."""
NO_MEASURE = rf"(?!\d)(?!\s?(?:{MEASURE}))"
"""Behind a number of which only a word beside it says what it is."""
NO_DATE = (
    rf"(?!{YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
    rf"(?!{YEAR}\s?[\-–—/.]\s?(?:{YEAR}|\d{{1,2}}[\-–—/.]\d{{1,2}})(?!\d))"
)
"""Before a number: 20210526, 2021-05-26, 2015-2020."""
SERVICE = re.compile(r"(?:0\d{2,3}\D{0,3})?(?:1[12]\d|12\d{3}|100\d\d|9[56]\d{3,4})(?!\d)")
"""Numbers that anybody may call, with or without an area code before them: 110, 12345, 0591-12345, 95588, 96310."""
