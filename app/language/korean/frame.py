"""What stands on every page."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "Language": "언어",
    "Design": "설계",
    "Solve": "역계산",
    "Compare": "비교",
    "Learn": "배우기",
    "Code": "코드",
    "Train": "훈련",
    "Press Enter": "Enter를 누르세요",
    "{error}. LeNet-5 is shown instead.": "{error}. 대신 LeNet-5를 보여 줍니다.",
}
