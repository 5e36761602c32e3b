"""What torch's messages of settings, paddings, splits, resizings and sequences mean."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "a padding by reflection is {} wide on a side, and the map it mirrors has a size of {}, which holds at most one less": (
        "반사 패딩이 한쪽에 {0}인데 특성 맵의 크기가 {1}입니다. 크기보다 하나 적게까지만 됩니다"
    ),
    "Set the padding to {} or less, start from a larger picture, or pad with zeros or by replication": (
        "패딩을 {0} 이하로 하거나, 더 큰 그림에서 시작하거나, 0이나 복제로 패딩하세요"
    ),
    "a circular padding is wider than the map it goes around": "순환 패딩이 특성 맵보다 넓습니다",
    "Set the padding to the map's size or less, start from a larger picture, or pad with zeros": (
        "패딩을 특성 맵의 크기 이하로 하거나, 더 큰 그림에서 시작하거나, 0으로 패딩하세요"
    ),
    "a split into {} takes {} in dimension {}, which has {}": (
        "{0}(으)로 나누려면 {2}번 차원에 {1}개가 있어야 하는데 {3}개입니다"
    ),
    "Let the sizes sum to {}; for equal parts write x.chunk({}, dim={})": (
        "크기의 합을 {0}(으)로 하세요. 똑같이 나누려면 x.chunk({1}, dim={2})로 쓰세요"
    ),
    "expand is asked for {} in dimension {}, where there are {}; it repeats a single one alone": (
        "expand에 {1}번 차원을 {0}(으)로 늘리라고 했는데 {2}개가 있습니다. expand는 하나뿐인 것만 반복합니다"
    ),
    "Leave the dimension as it is by -1, or repeat its {} as a whole by x.repeat": (
        "-1로 그 차원을 그대로 두거나, x.repeat로 {0}개를 통째로 반복하세요"
    ),
    "expand is given {} sizes for a tensor of {} dimensions": "차원이 {1}개인 텐서에 expand의 크기가 {0}개 주어졌습니다",
    "Give it a size for each dimension, -1 for those that stay": "차원마다 크기를 하나씩 주고, 그대로 둘 차원은 -1로 하세요",
    "a resizing with mode {} takes {} dimensions, batch and channels included, and is given {}": (
        "mode가 {0}인 크기 조정은 배치와 채널을 합쳐 차원 {1}개를 받는데 {2}개가 들어옵니다"
    ),
    "Write mode='{}', which takes {}, or nearest, which takes any": (
        "차원 {1}개를 받는 mode='{0}'이나, 몇 개든 받는 nearest를 쓰세요"
    ),
    "a resizing takes 3, 4 or 5 dimensions, batch and channels included, and is given {}": (
        "크기 조정은 배치와 채널을 합쳐 차원 3, 4, 5개를 받는데 {0}개가 들어옵니다"
    ),
    "Put it before the Flatten or view, or add the missing dimensions: x[None, None] for a batch of one with one channel": (
        "Flatten이나 view 앞에 두거나 빠진 차원을 더하세요. 예시도 채널도 하나면 x[None, None]"
    ),
    "a resizing is given {} {} for a map of {}, which has {}": "크기 조정에 {1}이(가) {0}개 주어졌는데 특성 맵 {2}의 축은 {3}개입니다",
    "sizes": "크기",
    "factors": "배율",
    "Give one for each axis behind the channels, or a single number for all; the batch and the channels stay": (
        "채널 뒤의 축마다 하나씩, 또는 모두에 수 하나를 주세요. 배치와 채널은 그대로입니다"
    ),
    "a recurrent layer with input_size={} is given {} features in the last dimension": (
        "input_size={0}인 순환 층의 마지막 차원에 특성 {1}개가 들어옵니다"
    ),
    "Set its input_size to {}; the sequence is (batch, length, features) with batch_first=True, so bring features that "
    "come earlier to the end by x.transpose": (
        "input_size를 {0}(으)로 하세요. batch_first=True이면 순서는 (배치, 길이, 특성)이니, 특성이 앞에 있으면 x.transpose로 뒤로 옮기세요"
    ),
    "{} takes {} dimensions, or {} for one example, and is given {}": (
        "{0}은(는) 차원 {1}개, 예시 하나면 {2}개를 받는데 {3}개가 들어옵니다"
    ),
    "Make a sequence of a map by x.flatten(2).transpose(1, 2): its positions one after the other, their channels last": (
        "x.flatten(2).transpose(1, 2)로 특성 맵을 수열로 만드세요. 위치가 차례로 오고 채널이 맨 뒤입니다"
    ),
    "the state given to a recurrent layer is {}, and this batch takes {}": (
        "순환 층에 준 상태가 {0}인데 이 배치에는 {1}이(가) 필요합니다"
    ),
    "Make it of (layers, batch, hidden_size), twice the layers where bidirectional, with the batch of this very input, or "
    "leave it out: zeros are taken then": (
        "(층, 배치, hidden_size)로 만드세요. 양방향이면 층은 두 배, 배치는 이 입력의 것입니다. 빼면 0으로 시작합니다"
    ),
    "an attention's embed_dim (d_model) is no multiple of num_heads (nhead), so the heads cannot share it out": (
        "어텐션의 embed_dim (d_model)이 num_heads (nhead)의 배수가 아니라 헤드가 똑같이 나눌 수 없습니다"
    ),
    "Choose num_heads that divide embed_dim, such as 8 for 512, or another embed_dim": (
        "embed_dim을 나누는 num_heads를 고르거나 (512이면 8) embed_dim을 바꾸세요"
    ),
    "an attention with embed_dim={} is given {} features in the last dimension": (
        "embed_dim={0}인 어텐션의 마지막 차원에 특성 {1}개가 들어옵니다"
    ),
    "Set its embed_dim (d_model) to {}, or let a Linear before it give {}": (
        "embed_dim (d_model)을 {0}(으)로 하거나, 앞의 Linear가 {1}개를 내게 하세요"
    ),
    "a layer has a padding below 0": "층의 padding이 0보다 작습니다",
    "Write 0 or more; to cut a border off, write x[:, :, 1:-1, 1:-1]": (
        "0 이상으로 하세요. 테두리를 잘라 내려면 x[:, :, 1:-1, 1:-1]로 쓰세요"
    ),
    "a pooling has stride 0, or kernel_size 0, which its stride is unless given": (
        "풀링의 stride가 0이거나, 따로 주지 않으면 stride가 되는 kernel_size가 0입니다"
    ),
    "Write 1 or more for both; stride=1 keeps the size, but for the border": (
        "둘 다 1 이상으로 하세요. stride=1이면 테두리 말고는 크기가 그대로입니다"
    ),
    "a layer has {} 0 or less": "층의 {0}이(가) 0 이하입니다",
    "Write 1 or more; where it is computed, as by //, check what it comes to: {}=max(1, …)": (
        "1 이상으로 하세요. //처럼 계산한 값이면 얼마가 되는지 확인하세요: {0}=max(1, …)"
    ),
    "a layer or tensor is made with a size of {}: its weight would be ({})": (
        "크기가 {0}인 층이나 텐서를 만듭니다. 가중치가 ({1})이(가) 됩니다"
    ),
    "Check the number of channels, features or the kernel_size that is computed here: a difference below 0": (
        "여기서 계산한 채널이나 특성의 수, 또는 kernel_size를 확인하세요. 뺄셈이 0보다 작아졌습니다"
    ),
    "a pooling has a kernel_size of {}": "풀링의 kernel_size가 {0}입니다",
    "Write 1 or more; check what it is computed from": "1 이상으로 하세요. 무엇으로 계산했는지 확인하세요",
}
