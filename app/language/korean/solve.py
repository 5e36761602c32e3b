"""The words of `app.solve`."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    # the page
    "Question": "질문",
    "A window for a size": "크기에 맞는 윈도",
    "Same padding": "same 패딩",
    "Pictures for a Linear": "Linear에 맞는 이미지",
    "Widths for a budget": "예산에 맞는 채널 수",
    "In **{name}**, which reads {shape}": "**{name}**, 입력 {shape}",
    # rows and what an answer does
    "none of the design": "설계에 없는 층",
    "length": "길이",
    "height": "높이",
    "width": "너비",
    "It reads {reads} and now gives {gives}.": "입력은 {reads}, 지금 출력은 {gives}입니다.",
    "Size that goes in": "입력 크기",
    "Use in {row}": "{row}에 적용",
    "{row} is like that already.": "{row}은(는) 이미 그렇게 되어 있습니다.",
    "Behind it the network cannot be computed: {error}": "그러면 뒤쪽 신경망을 계산할 수 없습니다: {error}",
    "The network then has {parameters} parameters and {macs} MACs.": (
        "그러면 신경망의 파라미터는 {parameters}개, MAC은 {macs}번입니다."
    ),
    "Parameters {before} → {after}, MACs {macs_before} → {macs_after}": (
        "파라미터 {before} → {after}, MAC {macs_before} → {macs_after}"
    ),
    # a window
    "Each axis by itself": "축마다 따로",
    "I want out": "원하는 출력 크기",
    "I want out, {axis}": "원하는 출력 크기, {axis}",
    "Kind": "종류",
    "Convolution": "합성곱",
    "Pooling": "풀링",
    "Only some windows": "일부 윈도만 보기",
    "any": "무관",
    "Every input position is read": "입력의 모든 위치를 읽음",
    "{size} → {wanted}: {count} windows": "{size} → {wanted}: 윈도 {count}개",
    "Window": "윈도",
    "Show all {count}": "{count}개 모두 보기",
    "As a table": "표로 보기",
    "None of them has what is wished for; wish for less.": "조건에 맞는 윈도가 없습니다. 조건을 줄여 보세요.",
    "No window makes it so much larger; Upsample and ConvTranspose2d do.": (
        "이만큼 키우는 윈도는 없습니다. Upsample이나 ConvTranspose2d를 쓰세요."
    ),
    "No window with a kernel up to 11 and a stride up to 8 does.": (
        "커널 11, 스트라이드 8까지의 윈도 가운데에는 없습니다."
    ),
    "drops the last {count}": "마지막 {count}칸을 버림",
    "dropped": "버린 칸",
    "formula": "수식",
    "All windows from {size} to {wanted}, the plainest first": (
        "{size}에서 {wanted}(으)로 가는 모든 윈도, 가장 흔한 것부터"
    ),
    "{row} has {setting}.": "{row}을(를) {setting}(으)로 바꿨습니다.",
    # same padding
    "{size} → {wanted}": "{size} → {wanted}",
    "{sizes} with padding = {padding}": "padding = {padding}이면 {sizes}",
    "{sizes} with no padding that is the same at both ends": "{sizes}: 양쪽이 같은 패딩으로는 되지 않음",
    "both ends together: {formula}": "양쪽 합: {formula}",
    "TensorFlow adds {before} at the near end and {after} at the far one, which moves its windows.": (
        "TensorFlow는 앞쪽에 {before}, 뒤쪽에 {after}을(를) 더하므로 윈도의 위치가 다릅니다."
    ),
    "Use in {row} as TensorFlow pads": "TensorFlow 방식의 패딩으로 {row}에 적용",
    "A ZeroPad's zeros take part in the maximum, which matters where values are negative.": (
        "ZeroPad의 0도 최댓값 계산에 들어가므로, 값이 음수일 때는 결과가 달라집니다."
    ),
    "{row} keeps the size.": "{row}이(가) 크기를 유지합니다.",
    "same padding in {row}": "{row}에 same 패딩",
    # pictures
    "{name} has no Linear layer.": "{name}에는 Linear 층이 없습니다.",
    "in_features that should reach it": "도달해야 할 in_features",
    "Pictures are being tried": "이미지 크기를 차례로 시험하는 중입니다",
    "Linear layer": "Linear 층",
    "1 feature": "특성 1개",
    "{count} features": "특성 {count}개",
    "{shape} gives {features}.": "{shape}이면 {features}입니다.",
    "All pictures from {first} on give {features}, as far as was tried: up to {last}.": (
        "{first}부터 모두 {features}입니다. {last}까지 시험했습니다."
    ),
    "{count} pictures give {features}, from {first} to {last}.": (
        "{first}부터 {last}까지, {count}가지 크기에서 {features}입니다."
    ),
    "Use {shape} as the input": "{shape}을(를) 입력으로 사용",
    "The input is {shape}.": "입력을 {shape}(으)로 바꿨습니다.",
    "The design reads it already.": "이미 이 크기를 입력으로 받고 있습니다.",
    "No square picture up to {largest} reaches this layer with a vector; is a Flatten missing?": (
        "{largest}까지의 정사각형 이미지 가운데 이 층에 벡터로 도달하는 것이 없습니다. Flatten이 빠지지 않았나요?"
    ),
    "No square picture gives {features}. The nearest that one gives: {near}.": (
        "{features}가 되는 정사각형 이미지는 없습니다. 가장 가까운 값: {near}."
    ),
    # a budget
    "Widths can be fitted once every layer can be computed.": "모든 층을 계산할 수 있어야 채널 수를 맞출 수 있습니다.",
    "Widths are being fitted": "채널 수를 맞추는 중입니다",
    "GPU memory": "GPU 메모리",
    "Budget of": "예산의 종류",
    "GiB of the GPU": "GPU 용량 (GiB)",
    "Pictures at once": "배치 크기",
    "To train with Adam; a tenth of the GPU is left free, so {limit} are used.": (
        "Adam으로 훈련할 때이며, GPU의 10분의 1은 비워 두므로 {limit}까지 씁니다."
    ),
    "At most": "최대",
    "Now {amount}.": "지금은 {amount}입니다.",
    "Widths are multiples of": "채널 수의 배수 단위",
    "Matrix units of GPUs are fastest with multiples of 8": "GPU의 행렬 연산 장치는 8의 배수일 때 가장 빠릅니다",
    "With all widths but the output's {factor}, the network takes {used} of {limit}.": (
        "출력을 뺀 모든 채널 수를 지금의 {factor}(으)로 하면 {limit} 가운데 {used}을(를) 씁니다."
    ),
    "Wider than {factor} is not tried; there it takes {used} of {limit}.": (
        "지금의 {factor}보다 넓은 채널 수는 시험하지 않습니다. 그때 {limit} 가운데 {used}을(를) 씁니다."
    ),
    "With widths close to those of now, the network takes {used} of {limit}.": (
        "지금과 거의 같은 채널 수로 {limit} 가운데 {used}을(를) 씁니다."
    ),
    "{count} parameters": "파라미터 {count}개",
    "{count} MACs": "MAC {count}번",
    "The widths can stay as they are: the network takes {used} of {limit}.": (
        "채널 수를 바꾸지 않아도 됩니다. {limit} 가운데 {used}을(를) 씁니다."
    ),
    "Memory to train": "훈련 메모리",
    "Memory to train, bytes": "훈련 메모리 (바이트)",
    "Now": "지금",
    "Fitted": "맞춘 뒤",
    "Before and after": "맞추기 전과 후",
    "widths fitted to {limit}": "{limit}에 맞춘 채널 수",
    "Use these widths": "이 채널 수 사용",
    "The widths are fitted.": "채널 수를 맞췄습니다.",
    "The widths one by one": "채널 수 하나하나",
    "Argument": "인수",
    "Each width before and after": "각 채널 수의 전과 후",
    "{quantity} against the widths: now {now} at × 1, fitted {fitted} at {factor}": (
        "채널 수에 따른 {quantity}: 지금은 × 1에서 {now}, 맞춘 뒤에는 {factor}에서 {fitted}"
    ),
    "The curve as a table": "곡선을 표로 보기",
    "Widths": "채널 수",
    "now": "지금",
    "fitted": "맞춘 뒤",
    "budget": "예산",
    "Widths, times those of now": "채널 수 (지금의 몇 배)",
}
