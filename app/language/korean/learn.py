"""The words of `app.learn`."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "What to learn": "배울 내용",
    "Quiz": "퀴즈",
    # convolution
    "Example": "예제",
    "The notes' 6×6 image and 3×3 filter": "노트의 6×6 이미지와 3×3 필터",
    "Edges: a Sobel filter": "경계 찾기: 소벨(Sobel) 필터",
    "Blur: a dot smeared over its neighbours": "흐리게: 점 하나가 주변으로 번짐",
    "A filter that changes nothing": "아무것도 바꾸지 않는 필터",
    "RGB: one filter of three channels": "RGB: 채널이 3인 필터 1개",
    "Two filters give two maps": "필터가 2개면 특성 맵도 2개",
    "1-D: smoothing by (0.25, 0.5, 0.25)": "1D: (0.25, 0.5, 0.25)로 완만하게",
    "Image": "이미지",
    "Filter": "필터",
    "Filter {number}": "필터 {number}",
    "Map": "특성 맵(feature map)",
    "Map {number}": "특성 맵 {number}",
    "red": "빨강",
    "green": "초록",
    "blue": "파랑",
    "channel {number}": "채널 {number}",
    "{name}, row {row}, column {column}": "{name}, {row}행 {column}열",
    "{name}, as far as the window has come: {numbers}": "{name}, 지금까지 계산한 값: {numbers}",
    "Size of the map": "특성 맵의 크기",
    "length = {formula}": "길이 = {formula}",
    "height = width = {formula}": "높이 = 너비 = {formula}",
    "height = {formula}": "높이 = {formula}",
    "width = {formula}": "너비 = {formula}",
    "channels = filters = {count}": "채널 수 = 필터 개수 = {count}",
    "Sizes, channels, filters and bias": "크기, 채널, 필터, 편향(bias)",
    "Channels": "채널 수",
    "Image height": "이미지 높이",
    "Image width": "이미지 너비",
    "Filters": "필터 개수",
    "Filter height": "필터 높이",
    "Filter width": "필터 너비",
    "Bias": "편향(bias)",
    "Bias of filter {number}": "필터 {number}의 편향",
    "It is added to each sum": "각 합에 더해집니다",
    "The bias is no number; it should be like 1, −2 or 0.25.": "편향이 숫자가 아닙니다. 1, −2, 0.25처럼 적어 주세요.",
    '{what}, row {row}, column {column}: "{typed}" is no number; it should be like 1, −2 or 0.25.': (
        "{what} {row}행 {column}열: “{typed}”: 숫자가 아닙니다. 1, −2, 0.25처럼 적어 주세요."
    ),
    "Click a number to change it, or go there by Tab and arrows and type; a cell of the map moves the window.": (
        "숫자를 누르면 바꿀 수 있습니다(Tab과 화살표 키로 옮겨 가서 입력해도 됩니다). "
        "특성 맵의 칸을 누르면 창이 그리로 옮겨집니다."
    ),
    "Start over": "처음부터",
    "Previous": "이전",
    "Next": "다음",
    "Play": "재생",
    "Pause": "멈춤",
    "Position, of {count}": "위치 (모두 {count}곳)",
    "Torch could not be asked: {error}": "torch에 물어볼 수 없습니다: {error}",
    "✗ torch gives another map: {numbers}": "✗ torch의 특성 맵은 다릅니다: {numbers}",
    "✓ torch gives the same map": "✓ torch의 특성 맵과 같습니다",
    "✓ torch gives the same maps": "✓ torch의 특성 맵들과 같습니다",
    "Why convolve at all?": "왜 합성곱을 쓸까요?",
    "A filter is the same wherever it stands: its numbers are shared by all positions. A Linear has a "
    "number of its own for each pair of an input and an output, and does not know which pixels are "
    "neighbours. Both make a {output} map of a {input} picture here:": (
        "필터는 어느 위치에서나 같습니다. 모든 위치가 같은 숫자를 공유합니다. 완전연결층(Linear)은 입력과 출력의 "
        "짝마다 숫자를 따로 가지며, 어떤 픽셀이 이웃인지도 알지 못합니다. 여기서는 둘 다 {input} 이미지로 {output} "
        "특성 맵을 만듭니다."
    ),
    "Parameters of {layer}": "{layer}의 파라미터 수",
    # pooling
    "Feature map": "특성 맵",
    "Map height": "특성 맵 높이",
    "Map width": "특성 맵 너비",
    "Max pooling": "최대 풀링",
    "Average pooling": "평균 풀링",
    # quiz
    "Level": "난이도",
    "Easy: shapes": "쉬움: 모양",
    "Medium: parameters": "보통: 파라미터",
    "Hard: MACs, in_features": "어려움: MAC, in_features",
    "About": "문제 대상",
    "Known networks": "잘 알려진 신경망",
    "My design": "내 설계",
    "Quiz number": "퀴즈 번호",
    "The same number asks the same questions: a class can share the link": (
        "번호가 같으면 문제도 같습니다. 링크를 나누면 수업에서 함께 풀 수 있습니다"
    ),
    "Which shape comes out of `{node}`?": "`{node}`의 출력 모양은 무엇일까요?",
    "Which padding keeps height and width as they are in `{node}`?": (
        "`{node}`에서 높이와 너비를 그대로 유지하려면 패딩은 얼마여야 할까요?"
    ),
    "How many parameters has `{node}`, weights and biases?": ("`{node}`의 파라미터(가중치와 편향)는 모두 몇 개일까요?"),
    "How many features does `{node}` hand on?": "`{node}`에서 나오는 특성은 모두 몇 개일까요?",
    "How many MACs does `{node}` take for one example?": "예시 하나를 계산할 때 `{node}`의 MAC은 얼마일까요?",
    "Which in_features does `{node}` need?": "`{node}`의 in_features는 얼마여야 할까요?",
    "Shapes are channels x height x width, of one example.": "모양은 예시 하나의 채널 x 높이 x 너비입니다.",
    "network {name}": "신경망 {name}",
    "Layers that keep the shape, such as ReLU, are left out.": "ReLU처럼 모양을 바꾸지 않는 층은 생략했습니다.",
    "such as 6x28x28": "예: 6x28x28",
    "such as 2": "예: 2",
    "such as 456, or 5*5*3*6 + 6": "예: 456 또는 5*5*3*6 + 6",
    "Your prediction": "예상한 답",
    "Predict": "답하기",
    "Right: {answer}": "맞았습니다: {answer}",
    "{given} is not right; it is {answer}.": "{given}: 틀렸습니다. 답은 {answer}입니다.",
    "{given} comes out where {slip}.": "{given}: {slip} 나오는 값입니다.",
    " or: ": ", 또는 ",
    "Next question": "다음 문제",
    "Right answers": "맞힌 문제",
    "{right} of {asked}": "{asked}개 중 {right}개",
    "In a row": "연속 정답",
    "the padding is left out": "패딩을 빠뜨리면",
    "the padding is added at one end alone, P in place of 2P": "패딩을 한쪽에만 더하면(2P 대신 P)",
    "the stride is left out": "스트라이드를 빠뜨리면",
    "the dilation is left out": "dilation을 빠뜨리면",
    "the + 1 at the end is left out": "마지막의 + 1을 빠뜨리면",
    "the division is rounded up, not down": "나눗셈을 내리지 않고 올리면",
    "the division is rounded down, though ceil_mode rounds up": "ceil_mode인데 나눗셈을 올리지 않고 내리면",
    "the channels of the input are kept; there are as many as filters": (
        "필터 개수가 아니라 입력의 채널 수를 그대로 두면"
    ),
    "height and width are swapped": "높이와 너비를 바꾸면",
    "the channels stand last; torch has them first": "torch와 달리 채널을 맨 뒤에 쓰면",
    "the channels are left out": "채널을 빠뜨리면",
    "the bias is left out": "편향을 빠뜨리면",
    "a bias is counted, and there is none": "없는 편향을 더하면",
    "one bias is counted, and each filter or feature has its own": "필터나 특성마다 있는 편향을 하나만 세면",
    "a filter has one channel alone; it has all of the input's": ("입력의 모든 채널을 갖는 필터를 채널 1개로 보면"),
    "one filter is counted, not all": "필터를 하나만 세면",
    "the groups are left out, by which a filter sees its share of the channels alone": (
        "필터가 채널의 일부만 보게 하는 groups를 빠뜨리면"
    ),
    "running mean and variance are counted; they are stored, but not learned": (
        "저장될 뿐 학습되지 않는 이동 평균과 분산까지 세면"
    ),
    "one of the two learned numbers of each channel is counted alone": "채널마다 2개인 학습 파라미터를 하나만 세면",
    "the additions of the bias are counted": "편향의 덧셈까지 세면",
    "the weights are counted once, not once for each position": "가중치를 위치마다 세지 않고 한 번만 세면",
    "the positions of the input are taken, not of the output": "출력이 아니라 입력의 위치 수를 쓰면",
    "multiplications and additions are counted apart": "곱셈과 덧셈을 따로 세면",
    "the channels alone are taken, as a global pooling leaves them": "전역 풀링처럼 채널만 남기면",
    "the sizes are added, not multiplied": "크기를 곱하지 않고 더하면",
    "one side is taken once, not height times width": "높이와 너비를 곱하지 않고 한 변만 쓰면",
    "the poolings are left out": "풀링을 모두 빠뜨리면",
    "the last pooling is left out": "마지막 풀링을 빠뜨리면",
    "height and width of the picture are taken, before any layer": "층을 거치기 전 이미지의 높이와 너비를 쓰면",
    "it is counted for both ends together; padding is what each end gets": (
        "한쪽 끝이 아니라 양쪽 끝의 합으로 계산하면"
    ),
    "the whole kernel is taken": "커널 크기를 그대로 쓰면",
}
