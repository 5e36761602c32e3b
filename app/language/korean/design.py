"""The words of `app.design`, and of the steps in its history."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    # the network and its history
    "Network": "신경망",
    "Name": "이름",
    "Input": "입력",
    "your own; choose another to open it": "직접 만든 설계입니다. 다른 신경망을 고르면 엽니다",
    "What the network is called in files, code and links": "파일, 코드, 링크에서 쓰는 신경망의 이름",
    "Shape of one example, without the batch: channels x height x width": "배치를 뺀 예시 하나의 모양: 채널 x 높이 x 너비",
    "open {name}": "{name} 열기",
    "Undo": "실행 취소",
    "Redo": "다시 실행",
    "Undo: {step}": "실행 취소: {step}",
    "Undo {count}: {step}": "{count}단계 취소: {step}",
    "Redo: {step}": "다시 실행: {step}",
    "History": "이력",
    "The last steps; choose one to go back to before it": "최근 단계들. 하나를 고르면 그 단계 이전으로 돌아갑니다",
    # steps
    "{node} reads {rows}": "{node}의 입력을 {rows}(으)로",
    "the row above": "바로 위 행",
    "{node} becomes {name}": "{node}의 이름을 {name}(으)로",
    "input {shape}": "입력 {shape}",
    "call it {name}": "이름을 {name}(으)로",
    "shortcut past {rows}": "{rows}을(를) 건너뛰는 지름길",
    "inception at {node}": "{node}에 인셉션",
    # totals
    "Parameters": "파라미터",
    "Learned numbers of all layers: weights and biases": "모든 층에서 학습하는 수: 가중치와 편향",
    "MACs": "MAC",
    "Multiply–accumulates for one example; bias, norm, activation and pooling count 0": (
        "예시 하나에 드는 곱셈-누산 횟수. 편향, 정규화, 활성화, 풀링은 0으로 셉니다"
    ),
    "Flatten size": "펼친 크기",
    "Features that the last Flatten hands to the classifier": "마지막 Flatten이 분류기에 넘기는 특성의 수",
    "Output": "출력",
    "Shape of what the last layer gives, for one example": "예시 하나에 대한 마지막 층이 내는 출력의 모양",
    "Memory, batch of {batch}": "메모리, 배치 {batch}",
    "To train with {optimizer} in {number}: parameters, gradients, what the optimizer and autograd keep": (
        "{number}에서 {optimizer}(으)로 훈련할 때: 파라미터, 기울기, 옵티마이저와 autograd가 보관하는 값"
    ),
    "Largest batch, {gib} GiB": "최대 배치, {gib} GiB",
    "Examples at once on the GPU, {margin} of it left free for torch itself": (
        "GPU에 한 번에 올릴 수 있는 예시의 수. {margin}는 torch 몫으로 비워 둡니다"
    ),
    "GPU": "GPU",
    "Memory is reckoned for this GPU and batch": "메모리는 이 GPU와 배치를 기준으로 계산합니다",
    "Memory of the GPU in GiB": "GPU 메모리(GiB)",
    "Batch": "배치",
    "Numbers": "수의 형식",
    "Optimizer": "옵티마이저",
    "Training counts what autograd keeps and the gradients of the largest layer; {margin} of the GPU is left free.": (
        "훈련 메모리는 autograd가 보관하는 값과 가장 큰 층의 기울기를 셉니다. GPU의 {margin}는 비워 둡니다."
    ),
    # what stands in the way
    "{problem}. Until then the last good value counts.": "{problem}. 고칠 때까지 마지막으로 올바른 값을 씁니다.",
    "Back to the last good value": "마지막으로 올바른 값으로",
    "What would mend it:": "이렇게 고칠 수 있습니다:",
    "No change of one argument mends it; the rows above it stand, and undo takes the step back.": (
        "인자 하나를 바꾸어서는 고칠 수 없습니다. 위의 행들은 그대로이고, 실행 취소로 되돌릴 수 있습니다."
    ),
    "{parameters} parameters, {macs} MACs": "파라미터 {parameters}, MAC {macs}",
    "ⓘ Worth a look:": "ⓘ 살펴볼 점:",
    "and {count} rows more, marked ⓘ": "그 밖에 ⓘ 표시된 행 {count}개",
    # the row of buttons
    "New layer": "새 층",
    "Add": "추가",
    "Add after": "뒤에 추가",
    "Add before": "앞에 추가",
    "{kind} as the first layer": "첫 층으로 {kind}",
    "{kind} after {node}": "{node} 뒤에 {kind}",
    "{kind} before {node}": "{node} 앞에 {kind}",
    "Duplicate": "복제",
    "Up": "위로",
    "Down": "아래로",
    "Delete": "삭제",
    "Duplicate {node}": "{node} 복제",
    "Move {node} up": "{node} 위로",
    "Move {node} down": "{node} 아래로",
    "Delete {node}": "{node} 삭제",
    "Branch": "분기",
    "A residual connection past rows, or an inception of parallel windows": (
        "행을 건너뛰는 잔차 연결, 또는 나란한 커널들로 이루어진 인셉션"
    ),
    "**Residual**: the rows from one to another, and a shortcut past them, are added.": (
        "**잔차**: 여기부터 저기까지의 행과 그 행을 건너뛰는 지름길을 더합니다."
    ),
    "From": "시작",
    "To": "끝",
    "Add a shortcut": "지름길 추가",
    "**Inception**: {node} beside other windows and a pooling, put together by a Concat.": (
        "**인셉션**: {node}을(를) 다른 크기의 커널, 풀링과 나란히 두고 Concat으로 잇습니다."
    ),
    "Make branches": "분기 만들기",
    "{node} would then have to be mended": "그러면 {node}을(를) 고쳐야 합니다",
    # the grid
    "The layers of the network, one per row, with what each gives": "신경망의 층과 그 출력, 한 행에 한 층씩",
    "torch": "torch",
    "✓ torch gives the same shape, parameters and MACs for this row; ⓘ worth a look": (
        "✓ 이 행의 모양, 파라미터, MAC이 torch와 같음. ⓘ 살펴볼 점이 있음"
    ),
    "✗ differs": "✗ 다름",
    "name": "이름",
    "Click to see the row's formulas and to act on the row": "누르면 행의 식을 보고 그 행을 고칠 수 있습니다",
    "layer": "층",
    "Double-click for another layer": "두 번 누르면 다른 층으로 바꿀 수 있습니다",
    "from": "입력",
    "What the row reads, where that is not the row above: conv1, relu3": (
        "바로 위 행이 아닌 것을 읽을 때 그 이름: conv1, relu3"
    ),
    "out": "출력",
    "out_channels, out_features or output_size": "out_channels, out_features 또는 output_size",
    "kernel": "커널",
    "kernel_size: 5, or 3, 1 for height and width": "kernel_size: 5, 또는 높이와 너비에 따로 3, 1",
    "stride": "스트라이드",
    "Empty in a pooling: the kernel's size": "풀링에서 비워 두면 커널의 크기",
    "padding": "패딩",
    'A number, one per axis, or "same"': '수 하나, 축마다 하나씩, 또는 "same"',
    "output": "출력 모양",
    "Shape of one example: channels × height × width": "예시 하나의 모양: 채널 × 높이 × 너비",
    "parameters": "파라미터",
    "Learned numbers: weights and biases": "학습하는 수: 가중치와 편향",
    "Multiply–accumulates for one example": "예시 하나에 드는 곱셈-누산 횟수",
    "sees": "시야",
    "Receptive field: how many input pixels along each axis one output position sees": (
        "수용 영역: 출력의 한 위치가 축마다 보는 입력 픽셀의 수"
    ),
    # torch's word
    "Torch is asked once every layer can be computed.": "모든 층을 계산할 수 있게 되면 torch에 묻습니다.",
    "Torch could not be asked: {why}": "torch에 물을 수 없었습니다: {why}",
    "… torch is being asked": "… torch에 묻는 중",
    "✓ Torch agrees on every row and on the totals.": "✓ 모든 행과 합계가 torch와 같습니다.",
    "✗ {count} rows or totals differ from torch; the inspector shows both numbers.": (
        "✗ 행이나 합계 {count}개가 torch와 다릅니다. 오른쪽에서 두 값을 볼 수 있습니다."
    ),
    "A real forward pass of torch, and torchinfo, row by row": "torch의 실제 순전파와 torchinfo를 행마다 견줍니다",
    "Download CSV": "CSV 내려받기",
    # the inspector
    "Row": "행",
    "As PyTorch": "PyTorch 코드",
    "Edit it and press Enter; it is read, never run. Sizes that follow from the input are filled in.": (
        "고치고 Enter를 누르세요. 읽기만 하고 실행하지 않습니다. 입력에서 정해지는 크기는 채워져 있습니다."
    ),
    "Shape": "모양",
    "Receptive field: {size} input pixels, {jump} apart, from {offset}.": (
        "수용 영역: 입력 픽셀 {size}개, 간격 {jump}, {offset}부터."
    ),
    "Receptive field: at most {size} input pixels, {jump} apart, from {offset}.": (
        "수용 영역: 입력 픽셀 최대 {size}개, 간격 {jump}, {offset}부터."
    ),
    "Torch has {numbers}.": "torch의 값은 {numbers}입니다.",
    "Nothing to show before the layers above can be computed.": "위의 층들을 계산할 수 있어야 보여 줄 수 있습니다.",
    "The network has no layer yet. Choose one in the box above and press Add: pictures often go through Conv2d, ReLU "
    "and MaxPool2d, then Flatten and Linear. Or open a network at the top and change it.": (
        "아직 층이 없습니다. 위 상자에서 층을 고르고 추가를 누르세요. 이미지는 흔히 Conv2d, ReLU, MaxPool2d를 거쳐 Flatten과 "
        "Linear로 갑니다. 맨 위에서 신경망을 열어 바꿀 수도 있습니다."
    ),
    "All arguments of {kind}": "{kind}의 모든 인자",
    "Layer": "층",
    "torch decides": "torch가 정함",
    "yes": "예",
    "no": "아니요",
    "from the input": "입력에서 정해짐",
    "none": "없음",
}
