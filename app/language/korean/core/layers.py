"""Layers: why one cannot compute, what would let it, and what its arguments may be."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # arguments
    "a whole number": "정수",
    "a whole number or one per axis": "정수 하나 또는 축마다 하나씩",
    "a list of whole numbers": "정수 목록",
    "a number": "수",
    "a number or one per axis": "수 하나 또는 축마다 하나씩",
    "true or false": "참 또는 거짓",
    "whole number": "정수",
    "number": "수",
    "none": "없음",
    "at least": "이상",
    "at most": "이하",
    "above": "초과",
    "below": "미만",
    "{} or none": "{0} 또는 없음",
    "{} is not {}": "{0}: {1}이(가) 아닙니다",
    "{} is not a {}": "{0}: {1}이(가) 아닙니다",
    "{}: {} should be {}, not {}": "{0}: {1}에는 {2}이(가) 와야 하는데 {3}입니다",
    "{} should be {}, not {}": "{0}에는 {1}이(가) 와야 하는데 {2}입니다",
    "{} needs {}": "{0}에는 {1}이(가) 필요합니다",
    "{} needs {} ({})": "{0}에는 {1}이(가) 필요합니다 ({2})",
    "{} has no argument {}; it has {}": "{0}에는 인자 {1}이(가) 없습니다. 있는 인자: {2}",
    "{} is {}; it must be {} {}": "{0} = {1}입니다. {3} {2}이어야 합니다",
    "{} is {}; it must be at least {}": "{0} = {1}입니다. {2} 이상이어야 합니다",
    "{} is {}; it must be at most {}": "{0} = {1}입니다. {2} 이하여야 합니다",
    "{} is {}; it must be above {}": "{0} = {1}입니다. {2}보다 커야 합니다",
    "{} is {}; it must be below {}": "{0} = {1}입니다. {2}보다 작아야 합니다",
    "{} is larger than any size torch can hold, 2^61 − 1": "{0}은(는) torch가 다룰 수 있는 크기 2^61 − 1보다 큽니다",
    # inputs
    "got {} inputs; it reads {}": "입력이 {0}개입니다. 이 층은 {1}개를 읽습니다",
    "got {} input; it needs two or more": "입력이 {0}개입니다. 둘 이상이어야 합니다",
    "the input is {}; it needs {}": "입력이 {0}입니다. {1} 모양이어야 합니다",
    "the input is {}; it needs {} ({} takes this one)": "입력이 {0}입니다. {1} 모양이어야 합니다 (이 입력은 {2}의 몫입니다)",
    "the input is {}; it needs {} (is the first, the channels, missing? A grey picture has 1)": (
        "입력이 {0}입니다. {1} 모양이어야 합니다 (첫 차원인 채널이 빠지지 않았나요? 흑백 그림의 채널은 1입니다)"
    ),
    "the input is {}; it needs {} (place it before the Flatten, or an Unflatten before it)": (
        "입력이 {0}입니다. {1} 모양이어야 합니다 (Flatten 앞으로 옮기거나 앞에 Unflatten을 두세요)"
    ),
    "the input is {}; it needs {} (a Flatten or a global pooling before it makes one)": (
        "입력이 {0}입니다. {1} 모양이어야 합니다 (앞에 Flatten이나 전역 풀링을 두면 됩니다)"
    ),
    " ({} takes this one)": " (이 입력은 {0}의 몫입니다)",
    " (is the first, the channels, missing? A grey picture has 1)": (
        " (첫 차원인 채널이 빠지지 않았나요? 흑백 그림의 채널은 1입니다)"
    ),
    " (place it before the Flatten, or an Unflatten before it)": " (Flatten 앞으로 옮기거나 앞에 Unflatten을 두세요)",
    " (a Flatten or a global pooling before it makes one)": " (앞에 Flatten이나 전역 풀링을 두면 됩니다)",
    "nothing would be left of the {} input": "{0} 입력에서 아무것도 남지 않습니다",
    "the output would have more numbers than torch can hold, 2^61 − 1": (
        "출력의 수가 torch가 다룰 수 있는 2^61 − 1개를 넘습니다"
    ),
    "a vector of {} features": "특성 {0}개의 벡터",
    "a vector of 1 feature": "특성 1개의 벡터",
    "a {} map": "{0} 특성 맵",
    "an {} map": "{0} 특성 맵",
    "{} is {} but 1 {} reaches it": "{0} = {1}인데 실제로 들어오는 {2}은(는) 1개입니다",
    "{} is {}, which the {} input has last; channels come first, as in {}": (
        "{0} = {1}인데 {2} 입력에서는 그 크기가 맨 끝에 있습니다. 채널은 {3}처럼 맨 앞에 옵니다"
    ),
    "{} is {} but {} {} reach it": "{0} = {1}인데 실제로 들어오는 {3}은(는) {2}개입니다",
    "features": "특성",
    "feature": "특성",
    "channels": "채널",
    "channel": "채널",
    "height": "높이",
    "width": "너비",
    "length": "길이",
    "one number or {}": "수 하나 또는 {0}개",
    "one number": "수 하나",
    "{} number": "수 {0}개",
    "{} numbers": "수 {0}개",
    "{} {} has {}; it needs {}": "{0} {1}에는 {2}가 있습니다. {3}가 필요합니다",
    # windows
    "{}{} does not fit {}{}": "{0}{1}이(가) {2}{3}에 들어가지 않습니다",
    "a {} kernel": "{0} 커널",
    "an {} kernel": "{0} 커널",
    "{} kernel": "{0} 커널",
    "a kernel of {}": "크기 {0}의 커널",
    "a kernel of {} (spanning {})": "크기 {0}의 커널({1} 범위)",
    "a {} kernel (spanning {})": "{0} 커널({1} 범위)",
    "an {} kernel (spanning {})": "{0} 커널({1} 범위)",
    " (spanning {})": "({0} 범위)",
    "the {} input with padding {}": "패딩 {1}을(를) 더한 {0} 입력",
    "the input of length {} with padding {}": "패딩 {1}을(를) 더한 길이 {0}의 입력",
    " with padding {}": " (패딩 {0})",
    "the input of length {}": "길이 {0}의 입력",
    "the {} input": "{0} 입력",
    "a last window that would start in the padding is left out": "패딩에서 시작할 마지막 창은 빠집니다",
    "the floor drops the last {} of the {} input": "내림 때문에 {1} 입력의 마지막 {0}이(가) 버려집니다",
    "{} learned numbers make these weights": "학습하는 수 {0}개가 이 가중치를 만듭니다",
    "the stride is larger than the kernel, so positions between the windows are never read": (
        "스트라이드가 커널보다 커서 창 사이의 위치는 읽히지 않습니다"
    ),
    "row and column": "행과 열",
    "{} rows and {} columns": "행 {0}개와 열 {1}개",
    "row and {} columns": "행 하나와 열 {0}개",
    "{} rows and column": "행 {0}개와 열 하나",
    "{} rows": "행 {0}개",
    "{} columns": "열 {0}개",
    "{} positions": "위치 {0}개",
    "row": "행",
    "column": "열",
    "position": "위치",
    "kernel_size ≤ {}": "kernel_size ≤ {0}",
    "kernel_size ≤ {}{}": "kernel_size ≤ {0}{1}",
    " with padding = 0": ", padding = 0",
    # convolution
    'padding "same" needs stride 1, and the stride is {}': 'padding="same"는 스트라이드가 1일 때만 됩니다. 지금은 {0}입니다',
    'padding {} with padding_mode "{}" is too wide for the {} input; it can be at most {}': (
        '패딩 {0}(padding_mode "{1}")은 {2} 입력에 너무 넓습니다. 최대 {3}까지 됩니다'
    ),
    "output_padding {} must be smaller than the stride ({}) or the dilation ({})": (
        "output_padding {0}은(는) 스트라이드({1})나 dilation({2})보다 작아야 합니다"
    ),
    "padding {} takes away all of the output, which would be {}": "패딩 {0}이(가) 출력을 모두 없앱니다 (크기 {1})",
    "{} groups do not divide {} {} evenly": "그룹 {0}개로는 {2} = {1}을(를) 똑같이 나눌 수 없습니다",
    # linear
    "in_features is {}, and the input is {}, of which it reads the last dimension, {}; flattened it has {} features": (
        "in_features = {0}인데 입력은 {1}이고, 그 마지막 차원 {2}만 읽습니다. 앞에 Flatten을 두면 특성이 {3}개가 됩니다"
    ),
    "(channels, height, width)": "(채널, 높이, 너비)",
    "(channels, length)": "(채널, 길이)",
    "(channels, depth, height, width)": "(채널, 깊이, 높이, 너비)",
    "it reads only the last dimension, {}, of the map; a Flatten would join all": (
        "특성 맵의 마지막 차원 {0}만 읽습니다. Flatten을 두면 모두 이어집니다"
    ),
    "a weight of {} cannot be repeated to fit the {} input": "{0} 가중치를 {1} 입력에 맞게 반복할 수 없습니다",
    # pooling
    "padding {} is more than half of the {}, so a window could hold padding alone": (
        "패딩 {0}이(가) {1}의 절반보다 커서 창에 패딩만 들어갈 수 있습니다"
    ),
    "{} is larger than {}, which torch's {} refuses whatever the padding": (
        "{0}이(가) {1}보다 큽니다. torch의 {2}은(는) 패딩이 얼마든 이를 거부합니다"
    ),
    "norm_type is 0, and no number has a root of order 0": "norm_type이 0인데, 0제곱근은 없습니다",
    # normalization
    "eps is {}; it must be above 0": "eps = {0}입니다. 0보다 커야 합니다",
    "the {} input has one position a channel, and one value has no variance": (
        "{0} 입력에는 채널마다 값이 하나뿐이라 분산을 구할 수 없습니다"
    ),
    "{} groups do not divide {} channels evenly": "그룹 {0}개로는 채널 {1}개를 똑같이 나눌 수 없습니다",
    "its channels come first, and GroupNorm(1, {}) is a norm over them": (
        "채널은 맨 앞에 있으며, 채널 전체의 정규화는 GroupNorm(1, {0})입니다"
    ),
    "normalized_shape is {} but the {} input ends in {}": "normalized_shape은 {0}인데 {1} 입력의 끝은 {2}입니다",
    # activation
    "alpha is 0, by which CELU divides": "alpha가 0인데 CELU는 alpha로 나눕니다",
    "max_val {} is not above min_val {}": "max_val {0}이(가) min_val {1}보다 크지 않습니다",
    "lower {} is above upper {}": "lower {0}이(가) upper {1}보다 큽니다",
    "num_parameters is {} but {} channels reach it": "num_parameters = {0}인데 채널 {1}개가 들어옵니다",
    "{} {} is none of the {} dimensions of {} with its batch": "{0} {1}은(는) 배치까지 센 {3}의 {2}개 차원에 없습니다",
    "the batch": "배치",
    "dim {} of the {} input is {}, which cannot be halved": "{1} 입력의 dim {0} 크기 {2}은(는) 반으로 나눌 수 없습니다",
    # axes
    "{} {} is the batch, whose examples stay apart": "{0} {1}은(는) 배치이며, 배치의 예들은 섞이지 않습니다",
    "dims {} do not name each of the {} dimensions once, the batch with them": (
        "dims {0}에 배치까지 {1}개 차원이 한 번씩 들어 있어야 합니다"
    ),
    "dims {} move the batch, dimension 0, from the front": "dims {0}은(는) 0번 차원인 배치를 맨 앞에서 옮깁니다",
    "step is {}; it must be at least 1": "step = {0}입니다. 1 이상이어야 합니다",
    "it cuts {} dimensions of {}, which has {}": "{1}을(를) {0}개 차원에서 자르지만 차원은 {2}개입니다",
    "{} numbers at most": "수는 많아야 {0}개",
    "[{}] keeps none of the {} positions of dimension {}": "[{0}]은(는) {2}번 차원의 위치 {1}개 가운데 아무것도 남기지 않습니다",
    "index {} is none of the {} positions of dimension {}": "index {0}은(는) {2}번 차원의 위치 {1}개에 없습니다",
    "{} {} to {} of 0 to {}": "0–{3} 가운데 {0} {1}–{2}",
    "{} {} of 0 to {}": "0–{2} 가운데 {0} {1}",
    "{} 0 to {} become one": "{0} 0–{1}을(를) 하나로",
    # merging
    "its inputs {} differ; all must have one shape to be stacked": "입력 {0}의 모양이 다릅니다. 쌓으려면 모양이 모두 같아야 합니다",
    "its inputs {} differ in the number of dimensions": "입력 {0}의 차원 수가 다릅니다",
    "its inputs {} differ in {}; all must have one shape, or 1 where they differ": (
        "입력 {0}의 {1}이(가) 다릅니다. 모양이 모두 같거나, 다른 곳은 1이어야 합니다"
    ),
    "inputs of different shapes, {}, are repeated to fit (broadcast)": "모양이 다른 입력 {0}이(가) 맞추어 반복됩니다 (broadcast)",
    "dim {} would join the examples of different batches": "dim {0}은(는) 서로 다른 예를 섞습니다",
    "its inputs {} differ in more than dimension {}": "입력 {0}이(가) {1}번 차원 말고도 다릅니다",
    # padding layers
    "padding {} has {} numbers; it needs one or {}, before and after each axis, the last axis first": (
        "padding {0}에는 수가 {1}개 있습니다. 하나 또는 {2}개가 필요합니다 (마지막 축부터, 축마다 앞과 뒤)"
    ),
    "padding {} is too wide for the {} input; {} can add at most {} here": (
        "패딩 {0}은(는) {1} 입력에 너무 넓습니다. {2}은(는) 여기서 최대 {3}까지 더합니다"
    ),
    "padding {} crops all of the {} input away": "패딩 {0}이(가) {1} 입력을 모두 잘라 냅니다",
    # resampling
    "it needs either size or scale_factor, and has neither": "size와 scale_factor 가운데 하나가 필요한데 둘 다 없습니다",
    "it needs either size or scale_factor, and has both": "size와 scale_factor 가운데 하나만 필요한데 둘 다 있습니다",
    "it needs either size or scale_factor, and has": "size와 scale_factor 가운데 하나가 필요합니다",
    "no size": "size 없이",
    "no scale_factor": "scale_factor 없이",
    "scale_factor {} is not positive": "scale_factor {0}은(는) 양수가 아닙니다",
    'align_corners has no meaning with mode "{}"': 'mode "{0}"에서는 align_corners가 의미가 없습니다',
    "no align_corners": "align_corners 없이",
    'mode "{}" is not for the {} input': 'mode "{0}"은(는) {1} 입력에 쓸 수 없습니다',
    "scale_factor {} leaves nothing of the {} input": "scale_factor {0}이면 {1} 입력에서 아무것도 남지 않습니다",
    "recompute_scale_factor has no meaning with a size": "size가 있으면 recompute_scale_factor는 의미가 없습니다",
    # reshaping
    "start_dim 0 would flatten the examples of a batch into one": "start_dim 0은 배치의 예들을 하나로 펼칩니다",
    "end_dim {} comes before start_dim {}": "end_dim {0}이(가) start_dim {1}보다 앞입니다",
    "dim 0 is the batch, which cannot be split": "dim 0은 배치라서 나눌 수 없습니다",
    "size {} does not name the {} dimensions of {}, -1 for what stays": (
        "size {0}이(가) {2}의 차원 {1}개를 모두 나타내지 않습니다. 그대로 둘 차원은 -1입니다"
    ),
    "{} does not repeat to {}; only dimensions of 1 do": "{0}을(를) 반복해 {1}을(를) 만들 수 없습니다. 크기 1인 차원만 반복됩니다",
    "{} numbers cannot be arranged as {}": "수 {0}개를 {1}(으)로 배열할 수 없습니다",
    "no dimensions": "차원 없음",
    "{} channels are no multiple of upscale_factor² = {}": "채널 {0}개가 upscale_factor² = {1}의 배수가 아닙니다",
    "downscale_factor {} does not divide the {}×{} input evenly": (
        "downscale_factor {0}(으)로 {1}×{2} 입력을 똑같이 나눌 수 없습니다"
    ),
}
