"""What torch's error messages mean."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "{} features reach Linear(in_features={}, out_features={}), which takes {}": (
        "Linear(in_features={1}, out_features={2})에 특성 {0}개가 들어옵니다. 이 층은 {3}개를 받습니다"
    ),
    "{}; they are the last dimension of a map that was never flattened": (
        "{0}. 펼치지 않은 특성 맵의 마지막 차원입니다"
    ),
    "they are the last dimension of a map that was never flattened": "펼치지 않은 특성 맵의 마지막 차원입니다",
    "Put a Flatten before it and set in_features to {}": "앞에 Flatten을 두고 in_features를 {0}(으)로 하세요",
    "Set in_features to {}": "in_features를 {0}(으)로 하세요",
    "Set in_features to {}, unless the batch was flattened along: flatten from dimension 1 on": (
        "in_features를 {0}(으)로 하세요. 배치까지 펼친 것이라면 1번 차원부터 펼치세요"
    ),
    ", unless the batch was flattened along: flatten from dimension 1 on": (
        ". 배치까지 펼친 것이라면 1번 차원부터 펼치세요"
    ),
    "a convolution with in_channels={} and out_channels={} is given {} channels": (
        "in_channels={0}, out_channels={1}인 합성곱에 채널 {2}개가 들어옵니다"
    ),
    "a convolution with in_channels={} and out_channels={} is given 1 channel": (
        "in_channels={0}, out_channels={1}인 합성곱에 채널 1개가 들어옵니다"
    ),
    "{}, because the channels of {} come last": "{0} ({1}의 채널이 맨 뒤에 있기 때문입니다)",
    "Bring them forward: x.permute(0, 3, 1, 2)": "채널을 앞으로 옮기세요: x.permute(0, 3, 1, 2)",
    "Bring them forward by x.permute": "x.permute로 채널을 앞으로 옮기세요",
    "Set its in_channels to {}, or the out_channels before it to {}": (
        "이 층의 in_channels를 {0}(으)로 하거나 앞 층의 out_channels를 {1}(으)로 하세요"
    ),
    "The picture is grey: set in_channels to 1, or repeat its one channel three times": (
        "흑백 그림입니다. in_channels를 1로 하거나 채널 하나를 세 번 반복하세요"
    ),
    "a {} kernel does not fit the {} map, its padding included": "패딩까지 더한 {1} 특성 맵에 {0} 커널이 들어가지 않습니다",
    "Add padding of {} or more, use a smaller kernel, or pool less before it": (
        "패딩을 {0} 이상 주거나, 커널을 줄이거나, 앞에서 풀링을 덜 하세요"
    ),
    "a pooling is given {}, which is smaller than its kernel, so nothing would be left": (
        "풀링에 {0}이(가) 들어오는데 커널보다 작아 아무것도 남지 않습니다"
    ),
    "Leave this pooling out, start from a larger picture, or add padding before it": (
        "이 풀링을 빼거나, 더 큰 그림에서 시작하거나, 앞에 패딩을 더하세요"
    ),
    "1 channel reaches a BatchNorm with num_features={}": "num_features={0}인 BatchNorm에 채널 1개가 들어옵니다",
    "{} channels reach a BatchNorm with num_features={}": "num_features={1}인 BatchNorm에 채널 {0}개가 들어옵니다",
    "Set its num_features to {}, the out_channels of the convolution before it": (
        "num_features를 앞 합성곱의 out_channels인 {0}(으)로 하세요"
    ),
    "Give both branches one width: a 1×1 convolution on the shortcut turns {} channels into {}": (
        "두 갈래의 채널 수를 맞추세요. 지름길의 1×1 합성곱이 채널 {0}개를 {1}개로 바꿉니다"
    ),
    "Give both branches one size: the same strides on both, and padding that keeps the size (1 for a 3×3)": (
        "두 갈래의 크기를 맞추세요. 스트라이드를 같게 하고 크기를 지키는 패딩(3×3이면 1)을 주세요"
    ),
    "a sum or product of two tensors whose {} differ, {} and {}": "{0}이(가) {1}과(와) {2}(으)로 다른 두 텐서의 합이나 곱입니다",
    ", in tensor {} counted from 0": " (0부터 세어 {0}번째 텐서)",
    "a concatenation along dimension {} of maps whose other sizes differ, {} and {}{}": (
        "{0}번 차원으로 이어 붙이는 특성 맵들의 나머지 크기가 {1}과(와) {2}(으)로 다릅니다{3}"
    ),
    "Give all branches the same height and width: padding 1 for a 3×3, 2 for a 5×5, and the same strides": (
        "모든 갈래의 높이와 너비를 맞추세요. 3×3에는 패딩 1, 5×5에는 패딩 2, 스트라이드는 같게"
    ),
    "Write x.flatten(1) instead, and let in_features of the next Linear be what comes out": (
        "대신 x.flatten(1)을 쓰고 다음 Linear의 in_features를 나온 값으로 하세요"
    ),
    "Each example has {} = {} numbers here: write x.flatten(1), and in_features={}": (
        "여기서 예시 하나에는 수가 {0} = {1}개 있습니다. x.flatten(1)과 in_features={2}을(를) 쓰세요"
    ),
    "{} numbers cannot be arranged as ({}), because {} does not divide them evenly": (
        "수 {0}개를 ({1})(으)로 배열할 수 없습니다. {2}(으)로 나누어떨어지지 않습니다"
    ),
    "the numbers no longer lie in order, after a permute or transpose, and a view does not move them": (
        "permute나 transpose 뒤라 수가 순서대로 놓여 있지 않고, view는 수를 옮기지 않습니다"
    ),
    "Write .reshape(…) in place of .view(…), or .contiguous() before it": (
        ".view(…) 대신 .reshape(…)을 쓰거나 앞에 .contiguous()를 두세요"
    ),
    "Add the missing dimension: x.unsqueeze(0) for a batch of one, x.unsqueeze(1) for one channel": (
        "빠진 차원을 더하세요. 예가 하나인 배치는 x.unsqueeze(0), 채널이 하나면 x.unsqueeze(1)"
    ),
    "Take the extra dimension out by x.squeeze or x.flatten": "남는 차원을 x.squeeze나 x.flatten으로 없애세요",
    "{} is given {} dimensions, {}; it takes {}: ({})": "{0}에 차원이 {1}개인 {2}이(가) 들어옵니다. {3}개여야 합니다: ({4})",
    "BatchNorm is given one number per channel, {}, and has nothing to average": (
        "BatchNorm에 채널마다 수가 하나({0})뿐이라 평균을 낼 수 없습니다"
    ),
    "Train with batches of several examples (drop_last=True in the DataLoader), or call model.eval() to use it": (
        "예가 여럿인 배치로 훈련하거나(DataLoader의 drop_last=True), 쓸 때는 model.eval()을 부르세요"
    ),
    ", {} times as many": " ({0}배)",
    "the network gives {} predictions for {} labels{}: a view mixed the examples of the batch": (
        "레이블 {1}개에 예측이 {0}개 나옵니다{2}. view가 배치의 예시들을 섞었습니다"
    ),
    "Flatten with x.flatten(1), which keeps the batch apart, and set in_features to what comes out": (
        "배치를 지키는 x.flatten(1)로 펼치고 in_features를 나온 값으로 하세요"
    ),
    ", and the last layer gives {}": ", 마지막 층의 출력은 {0}개입니다",
    "a label is {}, so there are at least {} classes{}": "레이블 {0}이(가) 있으니 클래스는 적어도 {1}개입니다{2}",
    "Set out_features of the last Linear to {} or more, or count the labels from 0": (
        "마지막 Linear의 out_features를 {0} 이상으로 하거나 레이블을 0부터 세세요"
    ),
    "a convolution's {}_channels is no multiple of groups, so the groups cannot share the channels out": (
        "합성곱의 {0}_channels가 groups의 배수가 아니라 그룹이 채널을 똑같이 나눌 수 없습니다"
    ),
    "GroupNorm cannot share {} channels out evenly among {} groups": (
        "GroupNorm이 채널 {0}개를 그룹 {1}개로 똑같이 나눌 수 없습니다"
    ),
    "Choose num_groups that divide {}, such as {}": "{0}을(를) 나누는 num_groups를 고르세요. 예: {1}",
    "a pooling has padding {}, more than half of its kernel of {}, so a window could see padding alone": (
        "풀링의 padding이 {0}이라 커널 {1}의 절반보다 커서, 윈도가 패딩만 볼 수 있습니다"
    ),
    "Set its padding to {} or less": "padding을 {0} 이하로 하세요",
    "Choose groups that divide {}_channels, such as 1, 2, or all of them for a depthwise convolution": (
        "{0}_channels를 나누는 groups를 고르세요. 1, 2, 또는 채널별 합성곱이면 채널 수 전부"
    ),
    "the input and the weights are on different devices": "입력과 가중치가 다른 장치에 있습니다",
    "Move both: model.to(device) and x.to(device)": "둘 다 옮기세요: model.to(device), x.to(device)",
    "the input and the weights have different types of numbers{}": "입력과 가중치의 수 자료형이 다릅니다{0}",
    "Convert the input: x.float(), and pictures to 0 … 1 by / 255": (
        "입력을 바꾸세요: x.float(), 그림은 / 255로 0 … 1 사이로"
    ),
    "; this network needs {} MiB for each example in training": ". 이 네트워크는 훈련할 때 예시 하나에 {0} MiB가 듭니다",
    "this network needs {} MiB for each example in training": "이 네트워크는 훈련할 때 예시 하나에 {0} MiB가 듭니다",
    "the GPU's memory is full{}": "GPU 메모리가 가득 찼습니다{0}",
    "Use a smaller batch, smaller pictures or bfloat16": "배치나 그림을 줄이거나 bfloat16을 쓰세요",
}
