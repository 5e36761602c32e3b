"""The words of `app.diagram`."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    # the tabs
    "Picture": "그림",
    "Where it sits": "어디에 몰려 있나",
    "Receptive field": "수용 영역",
    # the picture
    "Diagram of {name}": "{name}의 구조도",
    "What reads what, with the shape of what each layer gives. Arrow keys move, Enter selects.": (
        "어느 층이 어느 층의 출력을 읽는지와 각 층의 출력 모양입니다. 화살표 키로 옮겨 가고 Enter 키로 선택합니다."
    ),
    "input": "입력",
    "{count} layers": "층 {count}개",
    "{count} groups": "그룹 {count}개",
    "cannot be computed": "계산할 수 없음",
    "show its layers": "층을 펼쳐 보기",
    "fold its layers": "층을 접기",
    "What stands below {name} is drawn once it can be computed.": (
        "{name} 아래의 층은 {name}을(를) 계산할 수 있게 되면 그립니다."
    ),
    "Save as SVG": "SVG로 저장",
    "Save as PNG": "PNG로 저장",
    # where it sits
    "Memory for training": "훈련에 쓰는 메모리",
    "What is counted": "무엇을 셀지",
    "No layer has any.": "해당하는 층이 없습니다.",
    "{count} other layers": "나머지 층 {count}개",
    "{name} has the largest share: {share}.": "가장 큰 몫은 {name}: {share}.",
    # the receptive field
    "There is nothing to draw before the layers above can be computed.": "위의 층을 계산할 수 있게 되면 그립니다.",
    "The input has neither height nor width, so every output sees all of it.": (
        "입력에 높이와 너비가 없으므로 모든 출력이 입력 전체를 봅니다."
    ),
    "Output position": "출력 위치",
    "Output position: {axis}": "출력 위치: {axis}",
    "depth": "깊이",
    "row": "행",
    "column": "열",
    "position": "위치",
    "{axis} {first} to {last}": "{axis} {first}부터 {last}까지",
    "One output of **{name}** sees **{size}** input pixels: {where}.": (
        "**{name}**의 출력 하나는 입력 픽셀 **{size}**개를 봅니다: {where}."
    ),
    "One output of **{name}** sees at most **{size}** input pixels: {where}.": (
        "**{name}**의 출력 하나는 입력 픽셀을 많아야 **{size}**개 봅니다: {where}."
    ),
    "{axis}: {before} before, {after} behind": "{axis}: 앞쪽 {before}, 뒤쪽 {after}",
    "It sees beyond the picture, into the padding, which is hatched ({beyond}).": (
        "입력 밖의 패딩까지 봅니다. 그 부분은 빗금으로 표시했습니다({beyond})."
    ),
    "Where the numbers come from": "숫자가 나온 과정",
    "Output i sees the input from left + i·jump to right + i·jump; each layer moves the three.": (
        "출력 i는 입력의 left + i·jump부터 right + i·jump까지를 봅니다. 세 값은 층을 지날 때마다 바뀝니다."
    ),
    "Receptive field of {name}": "{name}의 수용 영역",
    "The input, with the rectangle that one output sees: {spans}.": "입력과, 출력 하나가 보는 사각형: {spans}.",
}
