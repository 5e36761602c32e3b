"""Advice, the words in formulas, and what torch and torchinfo say of a row."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # advice
    "Linear on a map": "특성 맵에 Linear",
    "it reads only the last dimension, {}, of a {} map, once for each of the other positions; put a Flatten before it": (
        "{1} 특성 맵의 마지막 차원 {0}만, 나머지 위치마다 한 번씩 읽습니다. 앞에 Flatten을 두세요"
    ),
    "broadcast": "broadcast",
    "its inputs {} differ, and the smaller is repeated to fit; make them {} if that is not meant": (
        "입력 {0}의 모양이 달라 작은 쪽이 반복됩니다. 뜻한 것이 아니면 {1}로 맞추세요"
    ),
    "softmax at the end": "끝의 softmax",
    "CrossEntropyLoss computes the softmax itself, and a second one flattens its gradients": (
        "CrossEntropyLoss가 softmax를 직접 계산하므로 두 번 하면 기울기가 작아집니다"
    ),
    "CrossEntropyLoss computes it itself, and behind this layer NLLLoss is the loss": (
        "CrossEntropyLoss가 직접 계산합니다. 이 층 뒤의 손실함수는 NLLLoss입니다"
    ),
    "{}; leave the {} to inference, or out": "{0}. {1}은(는) 추론할 때만 쓰거나 빼세요",
    "bias before BatchNorm": "BatchNorm 앞의 bias",
    "{} subtracts the mean, and with it this bias; bias=False saves {} parameters": (
        "{0}이(가) 평균을 빼면서 이 bias도 사라집니다. bias=False로 파라미터 {1}개를 아낍니다"
    ),
    "no activation between": "사이에 활성화 함수 없음",
    "nothing between {} and this {} bends, so together they can do no more than one linear layer; put an activation "
    "between them": (
        "{0}과(와) 이 {1} 사이에 비선형함수가 없어 둘이 합쳐도 선형 층 하나와 같습니다. 사이에 활성화 함수를 두세요"
    ),
    "it holds {} of the network's {} parameters ({}); a global pooling in place of {} would leave {}": (
        "네트워크 파라미터 {1}개 가운데 {0}개({2})가 여기 있습니다. {3} 대신 전역 풀링을 쓰면 {4}개가 됩니다"
    ),
    "one large Linear": "큰 Linear 하나",
    "sees too little": "수용 영역이 작음",
    "each position of the last map sees {} of the {} input; more depth, stride or dilation before it would let it see "
    "the whole": (
        "마지막 특성 맵의 한 위치는 {1} 입력 가운데 {0}만 봅니다. 그 앞의 깊이, 스트라이드, dilation을 늘리면 전체를 봅니다"
    ),
    "never used": "쓰이지 않음",
    "in evaluation mode the forward never reaches {} parameters, from here on in {} tensors": (
        "평가 모드의 forward가 파라미터 {0}개에 닿지 않습니다 (여기부터 텐서 {1}개)"
    ),
    # formulas
    "{}, as {}, the last of its {} rows": "{0} ({2}개 행 가운데 마지막인 {1}과 같음)",
    "{}, as torch says; there is no formula for {} here": "{0} (torch의 답; {1}의 공식은 여기 없음)",
    "{}, as its input": "{0} (입력과 같음)",
    "{}, as its inputs": "{0} (입력들과 같음)",
    "{}, as its input{}": "{0} (입력{1}과 같음)",
    "{}, as torch counts": "{0} (torch가 센 값)",
    "{}, as before": "{0} (앞과 같음)",
    "{}, the {} before": "{0} (앞의 {1})",
    "the input": "입력",
    "{} filters of {}": "{1}의 필터 {0}개",
    "{} filter of {}": "{1}의 필터 {0}개",
    "{} channels of {}": "{1}의 채널 {0}개",
    "{} channel of {}": "{1}의 채널 {0}개",
    "{} = height of {}": "{0} = {1}의 높이",
    "{} = width of {}": "{0} = {1}의 너비",
    "{} = length of {}": "{0} = {1}의 길이",
    # torch and torchinfo
    '"{}" cannot be the name of a torch module, because {} has an attribute "{}" already; give the node another name': (
        '"{0}"은(는) torch 모듈 이름이 될 수 없습니다. {1}에 이미 "{2}" 속성이 있습니다. 노드에 다른 이름을 주세요'
    ),
    "torch computes nothing here": "torch는 여기서 아무것도 계산하지 않습니다",
    "torch has no such operation": "torch에는 이런 연산이 없습니다",
    "the real forward gave {}": "실제 forward의 결과는 {0}입니다",
    "torchinfo counts modules without children alone, and leaves this out": (
        "torchinfo는 자식이 없는 모듈만 세므로 이 행을 빠뜨립니다"
    ),
    "differs in shape: torchinfo has {}": "모양이 다름: torchinfo는 {0}",
    "{} parameters more than the module's own, of weights that no row reads before": (
        "모듈 자체보다 파라미터 {0}개 많음: 앞의 어느 행도 읽지 않는 가중치"
    ),
    "{} of the module's own parameters count where a row before reads them": (
        "모듈의 파라미터 중 {0}개는 먼저 읽는 앞의 행에서 셉니다"
    ),
    "differs in parameters: torchinfo has {}": "파라미터가 다름: torchinfo는 {0}",
    "differs in MACs: torchinfo has {}": "MAC이 다름: torchinfo는 {0}",
    "torchinfo counts {} MACs, from the parameters of {} alone": "torchinfo는 {1}의 파라미터만으로 MAC을 {0}으로 셉니다",
    "torchinfo {}": "torchinfo는 {0}",
    "counts weights per output position, not per input position": "가중치를 입력 위치가 아니라 출력 위치마다 셉니다",
    "a scale and a shift": "크기 조절과 이동",
    "a learned slope or scale": "학습되는 기울기나 크기 조절",
    "counts {} as MACs": "{0}을(를) MAC으로 셉니다",
    "adds the bias, {}": "bias {0}을(를) 더합니다",
    "leaves out the {} positions": "위치 {0}개를 빠뜨립니다",
    "torchinfo adds the bias, {} and leaves out the {} positions": (
        "torchinfo는 bias {0}을(를) 더하고 위치 {1}개를 빠뜨립니다"
    ),
    "torchinfo counts weights per output position, not per input position and adds the bias, {}": (
        "torchinfo는 가중치를 입력 위치가 아니라 출력 위치마다 세고 bias {0}을(를) 더합니다"
    ),
    "torchinfo could not run it: {}": "torchinfo가 실행하지 못했습니다: {0}",
    "differs in parameters of {}: torchinfo has {}": "{0}의 파라미터가 다름: torchinfo는 {1}",
    "differs in MACs of {}: torchinfo has {}, its rows {}": "{0}의 MAC이 다름: torchinfo는 {1}, 행들은 {2}",
    "torchinfo counts {} MACs for {}, from the parameters of {} alone": (
        "torchinfo는 {2}의 파라미터만으로 {1}의 MAC을 {0}으로 셉니다"
    ),
    "the model": "모델",
    "all {} rows agree": "{0}개 행이 모두 일치합니다",
    "{} of {} rows differ": "{1}개 행 가운데 {0}개가 다릅니다",
    "torch failed: {}": "torch가 실패했습니다: {0}",
    "torch could not be started": "torch를 시작하지 못했습니다",
    "torch took too long or was ended": "torch가 너무 오래 걸렸거나 끝났습니다",
    "torch was ended": "torch가 끝났습니다",
}
