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
    "Put a Flatten before it: {} numbers for each of {} examples are what it takes": (
        "앞에 Flatten을 두세요. 이 층은 예시 {1}개에 수를 {0}개씩 받습니다"
    ),
    "a convolution": "합성곱",
    "a transposed convolution": "전치 합성곱",
    "{} with in_channels={} and out_channels={} is given {} channels": (
        "in_channels={1}, out_channels={2}인 {0}에 채널 {3}개가 들어옵니다"
    ),
    "{} with in_channels={} and out_channels={} is given 1 channel": (
        "in_channels={1}, out_channels={2}인 {0}에 채널 1개가 들어옵니다"
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
    "a kernel of {} does not fit a map of length {}, its padding included": (
        "패딩까지 더한 길이 {1}의 특성 맵에 길이 {0}의 커널이 들어가지 않습니다"
    ),
    "Add padding of {} or more, use a smaller kernel, or pool less before it": (
        "패딩을 {0} 이상 주거나, 커널을 줄이거나, 앞에서 풀링을 덜 하세요"
    ),
    "a pooling is given {}, which is smaller than its kernel, so nothing would be left": (
        "풀링에 {0}이(가) 들어오는데 커널보다 작아 아무것도 남지 않습니다"
    ),
    "a map": "특성 맵",
    "Leave this pooling out, start from a larger picture, or add padding before it": (
        "이 풀링을 빼거나, 더 큰 그림에서 시작하거나, 앞에 패딩을 더하세요"
    ),
    "1 channel reaches a BatchNorm with num_features={}": "num_features={0}인 BatchNorm에 채널 1개가 들어옵니다",
    "{} channels reach a BatchNorm with num_features={}": "num_features={1}인 BatchNorm에 채널 {0}개가 들어옵니다",
    "Set its num_features to {}, the out_channels of the convolution before it": (
        "num_features를 앞 합성곱의 out_channels인 {0}(으)로 하세요"
    ),
    "a LayerNorm over {} is given {}, which ends in {}": "{0}에 대한 LayerNorm에 끝이 {2}인 {1}이(가) 들어옵니다",
    "Set its normalized_shape to {}; for channels that come first, use GroupNorm(1, channels)": (
        "normalized_shape를 {0}(으)로 하세요. 채널이 앞에 오면 GroupNorm(1, channels)를 쓰세요"
    ),
    "Give both branches one width: a 1×1 convolution on the shortcut turns {} channels into {}": (
        "두 갈래의 채널 수를 맞추세요. 지름길의 1×1 합성곱이 채널 {0}개를 {1}개로 바꿉니다"
    ),
    "Give both branches one size: the same strides on both, and padding that keeps the size (1 for a 3×3)": (
        "두 갈래의 크기를 맞추세요. 스트라이드를 같게 하고 크기를 지키는 패딩(3×3이면 1)을 주세요"
    ),
    "a sum or product of two tensors whose {} differ, {} and {}": "{0}이(가) {1}과(와) {2}(으)로 다른 두 텐서의 합이나 곱입니다",
    "heights": "높이",
    "widths": "너비",
    "{}, in tensor {} counted from 0": "{0} (0부터 세어 {1}번째 텐서)",
    "a concatenation along dimension {} of maps whose other sizes differ, {} and {}": (
        "{0}번 차원으로 이어 붙이는 특성 맵들의 나머지 크기가 {1}과(와) {2}(으)로 다릅니다"
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
    "Add the missing dimensions: x[None, None] for a batch of one with one channel": (
        "빠진 차원을 더하세요. 예시도 채널도 하나면 x[None, None]"
    ),
    "Leave out the Flatten or view before it, or arrange the numbers again by x.view": (
        "앞의 Flatten이나 view를 빼거나 x.view로 수를 다시 배열하세요"
    ),
    "a normalisation": "이 정규화 층",
    "{} takes {} dimensions, batch and channels included, and is given {}": (
        "{0}은(는) 배치와 채널을 합쳐 차원 {1}개를 받는데 {2}개가 들어옵니다"
    ),
    "Use {}, which takes {}": "차원 {1}개를 받는 {0}을(를) 쓰세요",
    "Give it the batch and the channels first": "배치와 채널을 맨 앞에 두세요",
    "InstanceNorm is given a map of one position, {}, and has nothing to average": (
        "InstanceNorm에 위치가 하나뿐인 특성 맵({0})이 들어와 평균을 낼 수 없습니다"
    ),
    "Leave it out where the map has shrunk to one position, or start from a larger picture": (
        "특성 맵이 위치 하나로 줄어든 곳에서는 빼거나, 더 큰 그림에서 시작하세요"
    ),
    "a sum, product or loss of two tensors with {} and {} examples in the batch": (
        "배치의 예시가 {0}개와 {1}개로 다른 두 텐서의 합, 곱 또는 손실입니다"
    ),
    "Take both from the same batch, and flatten from dimension 1 on, so that no view mixes the examples": (
        "둘 다 같은 배치에서 가져오고, 예시가 섞이지 않게 1번 차원부터 펼치세요"
    ),
    "a concatenation of tensors of {} and {} dimensions": "차원이 {0}개와 {1}개로 다른 텐서를 이어 붙입니다",
    "Flatten the maps among them by x.flatten(1) first, or make a map of the vector by v[:, :, None, None].expand": (
        "특성 맵을 먼저 x.flatten(1)로 펼치거나, 벡터를 v[:, :, None, None].expand로 특성 맵으로 만드세요"
    ),
    "the examples of a batch differ in size: number 0 is {} and number {} is {}": (
        "배치의 예시들이 크기가 다릅니다. 0번은 {0}, {1}번은 {2}입니다"
    ),
    "one number": "수 하나",
    "Bring all to one size in the data set's transform: Resize((224, 224)), as Resize(224) sets the shorter side "
    "alone": ("데이터셋의 transform에서 크기를 하나로 맞추세요: Resize((224, 224)). Resize(224)는 짧은 변만 맞춥니다"),
    "{} numbers cannot be arranged as ({}), which has room for {}": (
        "수 {0}개를 ({1})(으)로 배열할 수 없습니다. 거기에는 {2}개가 들어갑니다"
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
    "batch": "배치",
    "depth": "깊이",
    "a pooling takes {} dimensions, ({}), and is given {}": ("풀링은 차원 {0}개({1})를 받는데 {2}개가 들어옵니다"),
    "a pooling takes {} dimensions, ({}), and is given fewer or more": (
        "풀링은 차원 {0}개({1})를 받는데 더 적거나 많이 들어옵니다"
    ),
    "Put it before the Flatten or view, or take the pooling for this many axes, as MaxPool1d for vectors with channels": (
        "Flatten이나 view 앞에 두거나, 축 수에 맞는 풀링을 쓰세요. 채널이 있는 벡터면 MaxPool1d"
    ),
    "dimension {} of a tensor is asked for that has {}, numbered from 0 to {}": (
        "차원이 {1}개(0번부터 {2}번까지)인 텐서에서 {0}번 차원을 찾습니다"
    ),
    "The batch is dimension 0: give it to one example by x.unsqueeze(0), and flatten only behind what reads a map": (
        "배치가 0번 차원입니다. 예시 하나면 x.unsqueeze(0)으로 배치를 주고, 특성 맵을 읽는 층 뒤에서만 펼치세요"
    ),
    "PixelShuffle makes pixels of groups of {} channels, and {} do not divide into such groups": (
        "PixelShuffle은 채널 {0}개씩을 픽셀로 만드는데, 채널 {1}개는 그렇게 나누어지지 않습니다"
    ),
    "Let the convolution before it give {}, or another multiple of {}": (
        "앞 합성곱의 출력을 {0}개나 {1}의 다른 배수로 하세요"
    ),
    "PixelUnshuffle takes {}×{} pixels together, and the {} {} is no multiple of {}": (
        "PixelUnshuffle은 {0}×{1} 픽셀을 묶는데, {2} {3}은(는) {4}의 배수가 아닙니다"
    ),
    "Give it pictures of a {} of {}, or pad them to that": "{0} {1}인 그림을 주거나 그만큼 패딩하세요",
    "the labels are {}, and for these predictions the loss takes {}: dimension 1 of the predictions is that of the "
    "classes": "레이블은 {0}인데 이 예측에는 {1}이어야 합니다. 예측의 1번 차원이 클래스입니다",
    "Bring the classes there, by output.transpose(1, 2) where they come last; for one class for each example, the "
    "output is (batch, classes): pool and flatten it first": (
        "클래스를 1번 차원으로 옮기세요. 맨 뒤에 있으면 output.transpose(1, 2). 예시마다 클래스가 하나면 출력은 "
        "(배치, 클래스)이므로 먼저 풀링해 펼치세요"
    ),
    "BCELoss takes probabilities from 0 to 1, and is given other numbers": (
        "BCELoss는 0에서 1 사이의 확률을 받는데 다른 수가 들어옵니다"
    ),
    "Use BCEWithLogitsLoss, which computes the sigmoid itself, and labels of 0 and 1": (
        "시그모이드를 직접 계산하는 BCEWithLogitsLoss를 쓰고, 레이블은 0과 1로 하세요"
    ),
    "the loss is given whole numbers where it takes the predictions": "손실이 예측을 받는 자리에 정수가 들어옵니다",
    "Give the output first and the labels second: loss(output, labels)": (
        "출력을 먼저, 레이블을 다음에 주세요: loss(output, labels)"
    ),
    "an index has no row in an Embedding: it is below 0, or num_embeddings or more": (
        "Embedding에 없는 행의 색인입니다. 0보다 작거나 num_embeddings 이상입니다"
    ),
    "Set num_embeddings to the largest index and one more, as indices count from 0": (
        "색인은 0부터 세므로 num_embeddings를 가장 큰 색인보다 하나 크게 하세요"
    ),
    "an Embedding takes whole numbers as indices, and is given a {}": (
        "Embedding은 색인으로 정수를 받는데 {0}이(가) 들어옵니다"
    ),
    "Convert them: x.long()": "바꾸세요: x.long()",
    "the GPU is asked for, and torch has none to use here": "GPU를 쓰라고 했는데, 여기 torch가 쓸 수 있는 GPU가 없습니다",
    'Write device = "cuda" if torch.cuda.is_available() else "cpu", and .to(device) in place of .cuda()': (
        'device = "cuda" if torch.cuda.is_available() else "cpu"를 쓰고, .cuda() 대신 .to(device)를 쓰세요'
    ),
    "a label is {}, so there are at least {} classes": "레이블 {0}이(가) 있으니 클래스는 적어도 {1}개입니다",
    "a label is {}, so there are at least {} classes, and the last layer gives {}": (
        "레이블 {0}이(가) 있으니 클래스는 적어도 {1}개인데, 마지막 층의 출력은 {2}개입니다"
    ),
    "Set {} of the last {} to {} or more, or count the labels from 0": (
        "마지막 {1}의 {0}을(를) {2} 이상으로 하거나 레이블을 0부터 세세요"
    ),
    "an index was out of bounds on the GPU, most often a label that is no class of the network": (
        "GPU에서 색인이 범위를 벗어났습니다. 대개 네트워크의 클래스에 없는 레이블 때문입니다"
    ),
    "Run it on the CPU once, where the message has the number; labels count the classes from 0": (
        "CPU에서 한 번 실행하면 메시지에 수가 나옵니다. 레이블은 클래스를 0부터 셉니다"
    ),
    "a label is {}, and classes are counted from 0": "레이블 {0}이(가) 있는데 클래스는 0부터 셉니다",
    "Count the labels from 0, by labels - labels.min(); where {} marks what has no label, write "
    "CrossEntropyLoss(ignore_index={})": (
        "레이블을 labels - labels.min()으로 0부터 세세요. {0}이(가) 레이블 없음을 뜻하면 "
        "CrossEntropyLoss(ignore_index={1})로 쓰세요"
    ),
    "the labels are {} numbers, and this loss takes classes as whole numbers of 64 bits, Long": (
        "레이블의 자료형이 {0}입니다. 이 손실은 클래스를 64비트 정수 Long으로 받습니다"
    ),
    "Convert the labels: loss(output, labels.long()); for numbers to be met as they are, use MSELoss": (
        "레이블을 바꾸세요: loss(output, labels.long()). 수 자체를 맞히려면 MSELoss를 쓰세요"
    ),
    "labels of the shape of the predictions are taken as probabilities, and these are {} numbers": (
        "예측과 모양이 같은 레이블은 확률로 보는데, 자료형이 {0}입니다"
    ),
    "Give the classes themselves, labels.argmax(1) of a one-hot code, or convert them by labels.float()": (
        "클래스 자체를 주거나(one-hot이면 labels.argmax(1)) labels.float()로 바꾸세요"
    ),
    "whole numbers, {}, stand where this loss takes fractions": "이 손실이 실수를 받는 자리에 정수({0})가 있습니다",
    "Convert the labels: loss(output, labels.float())": "레이블을 바꾸세요: loss(output, labels.float())",
    "the labels have two dimensions or more, and CrossEntropyLoss takes one class for each example: (batch)": (
        "레이블의 차원이 둘 이상입니다. CrossEntropyLoss는 예시마다 클래스 하나, (배치)를 받습니다"
    ),
    "Write labels.squeeze(1) where they are (batch, 1), and labels.argmax(1) where they are one-hot": (
        "(batch, 1)이면 labels.squeeze(1), one-hot이면 labels.argmax(1)을 쓰세요"
    ),
    "the network gives a map of classes, so its labels have 3 dimensions, (batch, height, width), and not {}": (
        "네트워크가 클래스의 맵을 내므로 레이블의 차원은 {0}개가 아니라 (배치, 높이, 너비) 3개입니다"
    ),
    "Take the one channel out: labels.squeeze(1)": "하나뿐인 채널을 없애세요: labels.squeeze(1)",
    "Pool and flatten the map before the last layer if each picture has one class, or give a class per pixel": (
        "그림마다 클래스가 하나면 마지막 층 앞에서 맵을 풀링해 펼치고, 아니면 픽셀마다 클래스를 주세요"
    ),
    "the network's map {} and the labels' {} differ in size": "네트워크의 맵 {0}과(와) 레이블의 {1}은(는) 크기가 다릅니다",
    "Resize the output by F.interpolate(output, size=labels.size()[1:]), or keep the size by padding": (
        "출력을 F.interpolate(output, size=labels.size()[1:])로 맞추거나 패딩으로 크기를 지키세요"
    ),
    "Give both one shape: labels.view_as(output) where they hold the same numbers": (
        "둘의 모양을 맞추세요. 수의 개수가 같으면 labels.view_as(output)"
    ),
    "Give the labels the same dimension, labels.unsqueeze(1).float(), or take it out: output.squeeze(1)": (
        "레이블에 같은 차원을 주거나(labels.unsqueeze(1).float()) 출력에서 없애세요(output.squeeze(1))"
    ),
    "this loss compares number with number, and the output is {} but the labels {}": (
        "이 손실은 수를 하나씩 비교하는데 출력은 {0}, 레이블은 {1}입니다"
    ),
    "the input is on the GPU and the weights are not": "입력은 GPU에 있는데 가중치는 아닙니다",
    "Move the model before it is used: model.to(device)": "쓰기 전에 모델을 옮기세요: model.to(device)",
    "the weights are on the GPU and the input is not": "가중치는 GPU에 있는데 입력은 아닙니다",
    "Move each batch: x = x.to(device)": "배치마다 옮기세요: x = x.to(device)",
    "Give both one type: x.to(next(model.parameters()).dtype), or run the model under torch.autocast": (
        "자료형을 맞추거나(x.to(next(model.parameters()).dtype)) 모델을 torch.autocast 아래에서 실행하세요"
    ),
    "{} was saved as {} and is {} in this network": "{0}은(는) {1}로 저장되었는데 이 네트워크에서는 {2}입니다",
    ", here {} in place of {}": " (여기서는 {1} 대신 {0})",
    "Build the network with the sizes it was saved with{}; or drop this key from the loaded dict, and load the rest "
    "with strict=False": (
        "저장할 때의 크기로 네트워크를 만드세요{0}. 아니면 읽은 dict에서 이 키를 빼고 나머지를 strict=False로 읽으세요"
    ),
    'the weights were saved from a wrapped model, so that each name begins with "{}"': (
        '감싼 모델에서 저장한 가중치라 이름이 모두 "{0}"으로 시작합니다'
    ),
    'Take it off: {k.removeprefix("{}"): v for k, v in state.items()}': (
        '떼어 내세요: {{k.removeprefix("{0}"): v for k, v in state.items()}}'
    ),
    "this network has {}, which was not saved, and {} was saved, which it has not": (
        "이 네트워크의 {0}은(는) 저장된 것에 없고, 저장된 {1}은(는) 이 네트워크에 없습니다"
    ),
    "Build the very network that was saved, or rename the keys of the loaded dict": (
        "저장한 것과 같은 네트워크를 만들거나 읽은 dict의 키 이름을 바꾸세요"
    ),
    "{} is in this network and not among the saved weights": "이 네트워크의 {0}이(가) 저장된 가중치에 없습니다",
    "Build the network that was saved, check that the file holds the state_dict itself, or load with strict=False "
    "what is there": (
        "저장한 네트워크를 만들거나, 파일에 state_dict 자체가 들었는지 보거나, 있는 것만 strict=False로 읽으세요"
    ),
    "{} is among the saved weights and not in this network": "저장된 가중치의 {0}이(가) 이 네트워크에 없습니다",
    "Build the network that was saved, or load with strict=False to leave it out": (
        "저장한 네트워크를 만들거나, 그것을 빼려면 strict=False로 읽으세요"
    ),
    "the class sets a layer before torch's own __init__ has run": (
        "torch의 __init__이 실행되기 전에 클래스가 층을 정합니다"
    ),
    "Write super().__init__() as the first line of its __init__": "__init__의 첫 줄에 super().__init__()을 쓰세요",
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
    "the input and the weights have different types of numbers, {} and {}": (
        "입력({0})과 가중치({1})의 자료형이 다릅니다"
    ),
    "Convert the input: x.float(), and pictures to 0 … 1 by / 255": (
        "입력을 바꾸세요: x.float(), 그림은 / 255로 0 … 1 사이로"
    ),
    "; this network needs {} MiB for each example in training": ". 이 네트워크는 훈련할 때 예시 하나에 {0} MiB가 듭니다",
    "this network needs {} MiB for each example in training": "이 네트워크는 훈련할 때 예시 하나에 {0} MiB가 듭니다",
    "the GPU's memory is full{}": "GPU 메모리가 가득 찼습니다{0}",
    "Use a smaller batch, smaller pictures or bfloat16": "배치나 그림을 줄이거나 bfloat16을 쓰세요",
}
