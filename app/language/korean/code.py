"""The words of `app.code`."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    # the page
    "What to do": "할 일",
    "Code in": "코드 읽기",
    "Torch's error": "torch 오류",
    "Out": "내보내기",
    # code in
    "PyTorch code, a design's JSON, or a link": "PyTorch 코드, 설계 JSON 또는 링크",
    "Ctrl+Enter, or a click beside the text, reads it. Nothing is run.": (
        "Ctrl+Enter를 누르거나 글상자 밖을 클릭하면 읽습니다. 실행하지는 않습니다."
    ),
    "Choose a file": "파일 고르기",
    "found in the code": "코드에서 찾음",
    "The code does not say its input: this is the first size found that all its layers fit. "
    "If your pictures have another, type it under Input.": (
        "코드에 입력 크기가 없어, 모든 층에 맞는 첫째 크기를 골랐습니다. 그림 크기가 다르면 ‘입력’에 적으세요."
    ),
    "The code does not say its input: {shape} is assumed. If your pictures have another, type it under Input.": (
        "코드에 입력 크기가 없어 {shape}(으)로 보았습니다. 그림 크기가 다르면 ‘입력’에 적으세요."
    ),
    "Shape of one example, without the batch: 3x32x32 is channels x height x width": (
        "배치를 뺀 예시 하나의 모양: 3x32x32는 채널 x 높이 x 너비"
    ),
    "Or a file": "또는 파일",
    "{name} is not UTF-8 text, so it is neither Python nor JSON": (
        "{name}은(는) UTF-8 텍스트가 아니어서 Python도 JSON도 아닙니다"
    ),
    "Paste a network, and its shapes appear here, line by line.": (
        "네트워크를 붙여 넣으면 줄마다 모양이 여기에 나타납니다."
    ),
    "An `nn.Sequential`, or a class with `__init__` and `forward`: functional calls, `view`, loops over lists, "
    "blocks of your own. What surrounds it, such as the training, may stay.": (
        "`nn.Sequential`이나 `__init__`과 `forward`가 있는 클래스를 읽습니다. 함수형 호출, `view`, "
        "리스트를 도는 반복문, "
        "직접 만든 블록도 됩니다. 훈련 코드처럼 주변에 있는 것은 그대로 두어도 됩니다."
    ),
    "Try an example": "예제 넣어 보기",
    "Line {line}: {said}": "{line}번째 줄: {said}",
    "**{name}** reads {shape}": "**{name}**의 입력: {shape}",
    "Open in the designer": "설계 화면에서 열기",
    "One step, which can be undone there": "한 단계로 열리며, 설계 화면에서 되돌릴 수 있습니다",
    "Line": "줄",
    # torch's error
    "Torch's message, or the whole traceback": "torch의 메시지 또는 traceback 전체",
    "Ctrl+Enter, or a click beside the text, reads it.": "Ctrl+Enter를 누르거나 글상자 밖을 클릭하면 읽습니다.",
    "Paste the message, and the layer it is about is named here, with what to change.": (
        "메시지를 붙여 넣으면 어느 층의 문제이고 무엇을 바꿔야 하는지 여기에 나타납니다."
    ),
    "This message is not known here; it should be one about shapes or sizes, with torch's numbers in it.": (
        "여기서 아는 메시지가 아닙니다. torch의 숫자가 들어 있는, 모양이나 크기에 관한 메시지여야 합니다."
    ),
    "It is held against {name}, the design at hand; paste your code under “Code in” to ask about that.": (
        "지금 설계 {name}에 맞춰 봅니다. 내 코드에 대해 물으려면 ‘코드 읽기’에 붙여 넣으세요."
    ),
    "It came from": "오류가 난 곳",
    "the pasted code, {name}": "붙여 넣은 코드, {name}",
    "the design at hand, {name}": "지금 설계, {name}",
    "It is about **{name}** ({kind}).": "**{name}** ({kind})의 문제입니다.",
    "No layer of {name} stands out as the one it is about.": "{name}에서 어느 층의 문제인지 하나로 좁혀지지 않습니다.",
    "{name} is made in line {line}:": "{name}은(는) {line}번째 줄에서 만들어집니다:",
    "With one click, in the designer:": "클릭 한 번으로 설계에서 고치기:",
    "{node}: {change}, done in the designer": "{node}: {change}, 설계에 반영했습니다",
    # out
    "Form": "형식",
    "Link": "링크",
    "Report (JSON)": "보고서 (JSON)",
    "Design (JSON)": "설계 (JSON)",
    "A class that runs as it stands, the shape of one example behind each line.": (
        "그대로 실행되는 클래스입니다. 각 줄 뒤에 예시 하나의 모양이 적혀 있습니다."
    ),
    "Opens {name} on this page; the address of the page holds it too, from the first edit on.": (
        "이 페이지에서 {name}을(를) 엽니다. 처음 고친 때부터는 페이지 주소에도 담겨 있습니다."
    ),
    "A row for each layer; the columns add up to the totals.": "층마다 한 행이며, 열을 더하면 합계가 됩니다.",
    "A table for a README or a notebook, the totals below it.": (
        "README나 노트북에 넣을 표이며, 합계는 그 아래에 있습니다."
    ),
    "A tabular for a paper; it needs the package booktabs.": "논문에 넣을 tabular이며, booktabs 패키지가 필요합니다.",
    "The rows with their formulas, and the totals, for other programs.": (
        "식이 담긴 행과 합계이며, 다른 프로그램에서 쓰기 위한 것입니다."
    ),
    "The network itself: what “Code in” and the command line open again.": (
        "네트워크 자체이며, ‘코드 읽기’와 명령줄에서 다시 열 수 있습니다."
    ),
    "The link and the design's JSON can be had all the same.": "그래도 링크와 설계 JSON은 내보낼 수 있습니다.",
    "Download": "내려받기",
    "The first {shown} of {count} characters; the file has them all.": (
        "전체 {count}자 가운데 처음 {shown}자입니다. 파일에는 모두 들어 있습니다."
    ),
}
