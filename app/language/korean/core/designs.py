"""Designs, links, repairs, and the questions of Solve and Learn."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # designs
    '"{}" is no name for a node; use letters, digits, _ and dots, not "input"': (
        '"{0}"은(는) 노드 이름이 될 수 없습니다. 글자, 숫자, _, 점을 쓰고 "input"은 피하세요'
    ),
    'two nodes are called "{}"; each needs a name of its own': '"{0}" 이름의 노드가 둘입니다. 이름은 서로 달라야 합니다',
    '{} reads nothing; it must read "input" or an earlier node': (
        '{0}이(가) 읽는 것이 없습니다. "input"이나 앞의 노드를 읽어야 합니다'
    ),
    '{} reads "{}", which does not come before it; it can read {}': (
        '{0}이(가) 읽는 "{1}"은(는) 그 앞에 없습니다. 읽을 수 있는 것: {2}'
    ),
    'there is no node "{}"; there are {}': '"{0}" 노드가 없습니다. 있는 노드: {1}',
    'this is no design: it should be an object with "cnnshapes": 1': '설계가 아닙니다. "cnnshapes": 1이 있는 객체여야 합니다',
    'a design needs "nodes", a list': '설계에는 목록 "nodes"가 필요합니다',
    '{} should be an object with a "name"': '{0}은(는) "name"이 있는 객체여야 합니다',
    "node {}": "{0}번째 노드",
    'node "{}"': '노드 "{0}"',
    '{}: "arguments" should be an object': '{0}: "arguments"는 객체여야 합니다',
    '{}: "inputs" should be a list of names': '{0}: "inputs"는 이름 목록이어야 합니다',
    "{}: {} has no argument {}; it has {}": "{0}: {1}에는 인자 {2}이(가) 없습니다. 있는 인자: {3}",
    'the "name" of a design should be text': '설계의 "name"은 글이어야 합니다',
    "this is not JSON of a design: it is nested too deep": "설계의 JSON이 아닙니다: 너무 깊이 중첩되어 있습니다",
    "this is not JSON of a design: a number in it has too many digits": (
        "설계의 JSON이 아닙니다: 자릿수가 너무 많은 수가 있습니다"
    ),
    "this is not JSON: {}": "JSON이 아닙니다: {0}",
    'there is no layer "{}"': '"{0}" 층은 없습니다',
    "there is {}": "있는 것: {0}",
    "an input dimension of {} is too large; it should be below {}": "입력 차원 {0}이(가) 너무 큽니다. {1}보다 작아야 합니다",
    "{} is no shape of one example; it should be one to four positive whole numbers without the batch, "
    "such as (3, 32, 32) for channels, height and width": (
        "{0}은(는) 예시 하나의 모양이 아닙니다. 배치를 뺀 양의 정수 1–4개여야 합니다. 예: (3, 32, 32) (채널, 높이, 너비)"
    ),
    '{} has no "{}"; it has {}': '{0}에는 "{1}"이(가) 없습니다. 있는 것: {2}',
    "a design": "설계",
    "depth is {}; it should be 1 or more": "depth = {0}입니다. 1 이상이어야 합니다",
    # what is typed on the page
    '"{}" is not {}': '"{0}": {1}이(가) 아닙니다',
    "it cannot be empty; it should be {}": "비워 둘 수 없습니다. {0}이(가) 와야 합니다",
    '"{}" is no shape; it should be like 3x32x32: channels, height, width': (
        '"{0}"은(는) 모양이 아닙니다. 3x32x32처럼 채널, 높이, 너비를 적으세요'
    ),
    "{} is {} already": "{0}은(는) 이미 {1}입니다",
    "first": "맨 앞",
    "last": "맨 뒤",
    "{} and {} are part of a branch, and cannot change places": "{0}과(와) {1}은(는) 갈래의 일부라 자리를 바꿀 수 없습니다",
    # blocks
    "{} makes {} of {}, and no 1×1 convolution with a stride does the same": (
        "{0}은(는) {2}을(를) {1}(으)로 만드는데, 스트라이드가 있는 1×1 합성곱으로는 그렇게 할 수 없습니다"
    ),
    "{} to {}": "{0}–{1}",
    "{} is a {}; an inception is made of a convolution without groups": (
        "{0}은(는) {1}입니다. 인셉션은 그룹이 없는 합성곱으로 만듭니다"
    ),
    "{} has {} channels to share among {} branches; give it more": (
        "{0}에는 갈래 {2}개가 나눌 채널이 {1}개입니다. 채널을 늘리세요"
    ),
    "{} branches: {} channels from {}, {} from each of the others": "갈래 {0}개: {2}에서 채널 {1}개, 나머지에서 {3}개씩",
    "{} makes {} of {}, and the other windows do not; give it a kernel of odd size": (
        "{0}은(는) {2}을(를) {1}(으)로 만드는데 다른 창은 그렇지 않습니다. 커널 크기를 홀수로 하세요"
    ),
    "{} stands before {}; name the upper row first": "{0}이(가) {1}보다 앞에 있습니다. 위쪽 행을 먼저 고르세요",
    "{} reads {} rows; a block begins where one is read": "{0}은(는) 행 {1}개를 읽습니다. 블록은 하나를 읽는 행에서 시작합니다",
    "{} reads {}, which is outside of {} to {}": "{0}이(가) {2}–{3} 밖의 {1}을(를) 읽습니다",
    "{} reads {}, which is inside of {} to {}": "{0}이(가) {2}–{3} 안의 {1}을(를) 읽습니다",
    "{} cannot be computed yet; mend it first": "{0}은(는) 아직 계산할 수 없습니다. 먼저 고치세요",
    "padding = {} at {} keeps the border": "{1}의 padding = {0}이(가) 가장자리를 지킵니다",
    "the shortcut is the input itself": "지름길은 입력 그대로입니다",
    "the shortcut is a Linear to {} features": "지름길은 특성 {0}개로 가는 Linear입니다",
    "the shortcut is a 1×1 convolution to {} channels{}": "지름길은 채널 {0}개로 가는 1×1 합성곱입니다{1}",
    " and stride {}": " (스트라이드 {0})",
    # one layer as code
    "this is no layer; it should be a call such as {}": "층이 아닙니다. {0} 같은 호출이어야 합니다",
    "`{}` is no layer that is known here; it should be one such as {}": "`{0}` 층은 알 수 없습니다. {1} 같은 층이어야 합니다",
    "{}: {}: {}": "{0}: {1}: {2}",
    "the name of a network cannot be empty": "네트워크 이름은 비워 둘 수 없습니다",
    # links
    "this address holds no design; one that does has ?{}= in it, such as the link that the page Code gives for the "
    "design": "이 주소에는 설계가 없습니다. 설계가 든 주소에는 코드 페이지가 주는 링크처럼 ?{0}=이(가) 들어 있습니다",
    "a link of {} characters is too long for a browser; save the design as JSON": (
        "{0}자 링크는 브라우저에 너무 깁니다. 설계를 JSON으로 저장하세요"
    ),
    "the link is {} characters long; a design's has at most {}": "링크가 {0}자입니다. 설계 링크는 최대 {1}자입니다",
    "the link unpacks to more than a design can be, or was cut short": "링크를 풀면 설계보다 크거나, 링크가 잘렸습니다",
    "it was cut short or altered": "잘렸거나 바뀌었습니다",
    "the link holds no design: {}": "링크에 설계가 없습니다: {0}",
    # repairs
    "Use {}": "해결: {0}",
    "{} or {}": "{0} 또는 {1}",
    "{} with {}": "{0}, 함께 {1}",
    "{} and {}": "{0}, {1}",
    "{} at {}": "{1}의 {0}",
    "an input of {}, without the batch": "배치를 뺀 {0} 입력",
    "an input of {}, multiples of {}": "{1}의 배수인 {0} 입력",
    "a Flatten before it": "앞에 Flatten 넣기",
    "{} at each of {}": "{1} 모두 {0}",
    "{} at each of {} with {}": "{1} 모두 {0}, 함께 {2}",
    "{} and {} more": "{0} 외 {1}개",
    # windows and widths
    "both sizes should be 1 or more": "두 크기 모두 1 이상이어야 합니다",
    "size, kernel_size, stride and dilation should be 1 or more": "크기, kernel_size, stride, dilation은 1 이상이어야 합니다",
    'it takes {} at the near end and {} at the far one, which no padding of both ends alike gives; padding="same" of a '
    "convolution does, or a ZeroPad before the layer": (
        '앞쪽에 {0}, 뒤쪽에 {1}이(가) 필요하며, 양쪽이 같은 패딩으로는 되지 않습니다. 합성곱의 padding="same"이나 층 앞의 ZeroPad로 됩니다'
    ),
    'there is no budget of "{}"; there is one of {}': '"{0}" 예산은 없습니다. 있는 예산: {1}',
    "{} has no width to change: its only ones decide what it gives out": (
        "{0}에는 바꿀 너비가 없습니다. 있는 너비가 모두 출력을 정합니다"
    ),
    "even with the narrowest widths the network takes {}, more than {}; {}": (
        "너비를 가장 좁게 해도 네트워크에 {0}이(가) 들어 {1}보다 큽니다. {2}"
    ),
    "leave layers out or pool earlier": "층을 빼거나 더 일찍 풀링하세요",
    "take fewer pictures at once, leave layers out or pool earlier": "배치를 줄이거나, 층을 빼거나, 더 일찍 풀링하세요",
    "widths that need not be multiples of {} can be narrower": "{0}의 배수가 아니어도 되면 더 좁힐 수 있습니다",
    "the widths of {} cannot be multiplied together: {}": "{0}의 너비를 함께 늘릴 수 없습니다: {1}",
    # comparisons
    "a comparison needs two networks or more": "비교하려면 네트워크가 둘 이상이어야 합니다",
    "{} and {} rows are too many to compare; fold them into blocks": "{0}개와 {1}개 행은 비교하기에 너무 많습니다. 블록으로 접으세요",
    # the quiz
    'there is no level "{}"; there is {}': '"{0}" 수준은 없습니다. 있는 수준: {1}',
    "the network has nothing to ask about at this level; choose another level or network": (
        "이 수준에서는 이 네트워크에 물을 것이 없습니다. 다른 수준이나 네트워크를 고르세요"
    ),
    '"{}" is no shape; it should be like 6x28x28': '"{0}"은(는) 모양이 아닙니다. 6x28x28처럼 적으세요',
    '"{}" is no count; it should be like 456 or 16*5*5': '"{0}"은(는) 수가 아닙니다. 456이나 16*5*5처럼 적으세요',
    # by hand
    "channels, height and width should be 1 or more": "채널, 높이, 너비는 1 이상이어야 합니다",
    "the filter has {} channels and the image {}; both need as many": (
        "필터의 채널은 {0}개, 이미지의 채널은 {1}개입니다. 둘이 같아야 합니다"
    ),
    'there is no pooling "{}"; there is {}': '"{0}" 풀링은 없습니다. 있는 풀링: {1}',
    "stride and dilation should be 1 or more, and padding 0 or more": (
        "스트라이드와 dilation은 1 이상, 패딩은 0 이상이어야 합니다"
    ),
    "a window of {} does not fit the {} input; use padding or a smaller filter": (
        "{0} 창이 {1} 입력에 들어가지 않습니다. 패딩을 주거나 필터를 줄이세요"
    ),
    "the rows and channels of the {} should all have one length, and none be empty": (
        "{0}의 행과 채널은 길이가 모두 같고 비어 있지 않아야 합니다"
    ),
    "image": "이미지",
    "filter": "필터",
    # memory
    "margin is {}; it should be a share from 0 to below 1, such as {}": (
        "margin = {0}입니다. 0 이상 1 미만의 비율이어야 합니다. 예: {1}"
    ),
    'there is no optimizer "{}" here; there is {}': '"{0}" 옵티마이저는 없습니다. 있는 것: {1}',
    'there is no preset "{}"': '"{0}" 프리셋은 없습니다',
}
