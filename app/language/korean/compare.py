"""The words of `app.compare`."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    # the notes' comparisons
    "From the notes": "노트의 비교",
    "3×3 twice or 5×5": "3×3 두 번과 5×5",
    "Without or with 1×1": "1×1이 없을 때와 있을 때",
    "Plain, residual, dense": "기본, 잔차, 밀집 블록",
    "Flatten or global pooling": "펼치기와 전역 풀링",
    "GoogLeNet, AlexNet, VGG": "GoogLeNet·AlexNet·VGG",
    "AlexNet on one GPU or two": "AlexNet, GPU 하나와 둘",
    "Two 3×3 convolutions see the same 5×5 pixels as one 5×5 convolution, with 294,912 weights instead of 409,600. "
    "So VGG has 3×3 kernels alone.": (
        "3×3 합성곱 두 번은 5×5 합성곱 한 번과 같은 5×5 픽셀을 보면서 가중치는 409,600개가 아니라 294,912개입니다. "
        "그래서 VGG는 3×3 커널만 씁니다."
    ),
    "A 1×1 convolution to 32 channels before the 3×3 leaves what goes in and comes out as it was, and 40,960 of "
    "147,456 weights. GoogLeNet's inception blocks are built on it.": (
        "3×3 앞에서 1×1 합성곱으로 채널을 32개로 줄이면 입력과 출력은 그대로인데 가중치는 147,456개에서 40,960개로 "
        "줄어듭니다. GoogLeNet의 인셉션 블록이 이 원리로 만들어졌습니다."
    ),
    "The sum of a residual block costs no parameter, and its convolutions learn only the difference to the input. A "
    "dense block concatenates instead, so its channels grow with every layer.": (
        "잔차 블록의 덧셈에는 파라미터가 들지 않고, 합성곱은 입력과의 차이만 학습합니다. 밀집 블록은 더하는 대신 "
        "이어 붙이므로 층마다 채널이 늘어납니다."
    ),
    "Flattened, a map of 512×7×7 gives the classifier 25,088 features; the mean of each channel gives 512, whatever "
    "the size of the picture.": (
        "512×7×7 특성 맵을 펼치면 분류기의 입력이 25,088개가 되지만, 채널마다 평균을 내면 이미지 크기와 상관없이 "
        "512개입니다."
    ),
    "GoogLeNet has the most layers and the fewest parameters, VGG-16 the most: 1×1 convolutions make channels fewer, "
    "and one Linear layer stands where the others have three.": (
        "GoogLeNet은 층이 가장 많은데 파라미터는 가장 적고, VGG-16이 가장 많습니다. 1×1 합성곱이 채널을 줄이고, 다른 "
        "신경망에 세 개인 완전연결층이 하나뿐이기 때문입니다."
    ),
    "Shared out between two GPUs, three of the convolutions read only the half of the channels on their own GPU, and "
    "have half of the weights.": (
        "GPU 두 개에 나누면 합성곱 세 개는 자기 GPU에 있는 절반의 채널만 읽으므로 가중치도 절반입니다."
    ),
    # the sides
    "Left": "왼쪽",
    "Right": "오른쪽",
    "Third": "세 번째",
    "None": "없음",
    "The design on the page: {name}": "지금 설계: {name}",
    "From a link or JSON …": "링크나 JSON에서 …",
    "Link or JSON of a design": "설계의 링크나 JSON",
    "Open {name} in the designer": "{name}을(를) 설계에서 열기",
    # the tables
    "A row for each block": "블록마다 한 행",
    "Activations of one picture": "이미지 한 장의 활성값",
    "Memory to train {batch} pictures": "이미지 {batch}장의 훈련 메모리",
    "Rows": "행 수",
    "Receptive field of the last map": "마지막 특성 맵의 수용 영역",
    "{name} − {first}": "{name} − {first}",
    "The totals of each network and their differences": "각 신경망의 합계와 그 차이",
    "Only rows that differ": "다른 행만",
    "{count} rows side by side, {alike} of them alike. Coloured is what differs; the first column says it.": (
        "나란히 놓은 {count}행 가운데 {alike}행이 같습니다. 다른 곳에 색이 있고, 무엇이 다른지는 첫 열에 있습니다."
    ),
    "The rows of the networks side by side, and in what they differ": "신경망의 행을 나란히 놓은 표와 다른 점",
    "arguments": "인수",
    "receptive field": "수용 영역",
    "only in {names}": "{names}에만 있음",
    "Differs": "다른 점",
    "± parameters": "± 파라미터",
    "Parameters of {name} more or less than of {first}": "{first}과(와) 비교한 {name}의 파라미터 증감",
    # the chart
    "By row": "행마다",
    "{quantity} by row, the most in {rows}": "행마다의 {quantity}, 가장 많은 곳: {rows}",
}
