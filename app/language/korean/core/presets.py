"""What the presets are, in one line each."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "AlexNet as two GPUs: conv2, conv4 and conv5 read only the half on their own GPU (groups = 2)": (
        "GPU 두 개의 AlexNet: conv2, conv4, conv5는 자기 GPU의 절반만 읽음 (groups = 2)"
    ),
    "the eight weight counts of the notes: no biases, and no pooling between conv5 and dense1": (
        "노트의 가중치 수 여덟 개: bias가 없고 conv5와 dense1 사이에 풀링이 없음"
    ),
    "AlexNet on a single GPU: the same without groups, so three convolutions have twice the weights": (
        "GPU 하나의 AlexNet: 그룹이 없어 합성곱 세 개의 가중치가 두 배"
    ),
    "torchvision's AlexNet, for 3×224×224: fewer filters in the first layers, no groups, no LRN": (
        "torchvision의 AlexNet, 3×224×224: 앞쪽 필터가 적고 그룹과 LRN이 없음"
    ),
    "two 3×3 convolutions see 5×5 pixels with 294,912 weights; compare vgg_5x5_once": (
        "3×3 합성곱 두 번은 가중치 294,912개로 5×5를 봄; vgg_5x5_once와 비교"
    ),
    "one 5×5 convolution sees the same 5×5 pixels with 409,600 weights; compare vgg_3x3_twice": (
        "5×5 합성곱 한 번은 가중치 409,600개로 같은 5×5를 봄; vgg_3x3_twice와 비교"
    ),
    "a 3×3 convolution of 128 channels to 128: 147,456 weights; compare inception_with_1x1": (
        "128채널에서 128채널로 가는 3×3 합성곱: 가중치 147,456개; inception_with_1x1과 비교"
    ),
    "the same with a 1×1 convolution to 32 channels before it: 40,960 weights": (
        "앞에 32채널로 줄이는 1×1 합성곱을 둔 것: 가중치 40,960개"
    ),
    "two convolutions with BatchNorm and ReLU; compare residual_block": (
        "BatchNorm과 ReLU가 있는 합성곱 두 개; residual_block과 비교"
    ),
    "the same two convolutions with the input added to their result: not one parameter more": (
        "같은 합성곱 두 개의 결과에 입력을 더함: 파라미터는 하나도 늘지 않음"
    ),
    "two convolutions that each read all maps before them, as in DenseNet; compare residual_block": (
        "DenseNet처럼 앞의 모든 특성 맵을 읽는 합성곱 두 개; residual_block과 비교"
    ),
    "a classifier on the flattened map: 512·7·7 = 25,088 features; compare global_pooling_head": (
        "펼친 특성 맵 위의 분류기: 512·7·7 = 특성 25,088개; global_pooling_head와 비교"
    ),
    "a classifier on the mean of each channel: 512 features, whatever the picture's size": (
        "채널 평균 위의 분류기: 그림 크기와 상관없이 특성 512개"
    ),
    "DenseNet-{}: dense blocks of {} layers that concatenate where ResNet adds": (
        "DenseNet-{0}: ResNet이 더하는 곳에서 이어 붙이는, 층 {1}개의 밀집 블록들"
    ),
    "GoogLeNet: nine inception blocks, 1×1 convolutions before the wide ones, one linear layer": (
        "GoogLeNet: 인셉션 블록 아홉 개, 넓은 합성곱 앞의 1×1 합성곱, 선형 층 하나"
    ),
    "GoogLeNet as it is trained, with two auxiliary heads that hold half of its parameters": (
        "훈련할 때의 GoogLeNet: 파라미터의 절반을 가진 보조 분류기 두 개 포함"
    ),
    "LeNet-5 of the notes, for CIFAR-10: 32 → 28 → 14 → 10 → 5, so 16·5·5 = 400 features": (
        "노트의 LeNet-5, CIFAR-10용: 32 → 28 → 14 → 10 → 5, 그래서 특성 16·5·5 = 400개"
    ),
    "LeNet-5 as published in 1998, for 1×32×32 digits: tanh, and subsampling that learns": (
        "1998년에 발표된 LeNet-5, 1×32×32 숫자용: tanh와 학습되는 서브샘플링"
    ),
    "MobileNet-v2: depthwise convolutions, each channel its own group, between two 1×1 convolutions": (
        "MobileNet-v2: 1×1 합성곱 두 개 사이의 채널별(depthwise) 합성곱"
    ),
    "the first classifier of the notes, for CIFAR-10: two convolutions, then 8·8·16 = 1,024 features": (
        "노트의 첫 분류기, CIFAR-10용: 합성곱 두 개, 그다음 특성 8·8·16 = 1,024개"
    ),
    "the MNIST CNN of the notes, built from lists of widths: 28 → 14 → 7, 64·7·7 features": (
        "노트의 MNIST CNN, 너비 목록으로 만듦: 28 → 14 → 7, 특성 64·7·7개"
    ),
    "the FashionMNIST network without convolutions: 784 pixels into three linear layers": (
        "합성곱이 없는 FashionMNIST 신경망: 픽셀 784개가 선형 층 세 개로"
    ),
    "the FashionMNIST CNN: the second convolution has no padding, so 64·6·6 features are left": (
        "FashionMNIST CNN: 두 번째 합성곱에 패딩이 없어 특성 64·6·6개가 남음"
    ),
    "one convolution and one pooling on an MNIST image: 28 → 24 → 12": "MNIST 이미지에 합성곱 하나와 풀링 하나: 28 → 24 → 12",
    "the convolution that the notes work out by hand: a 3×3 filter takes 4×4 positions on a 6×6 image": (
        "노트에서 손으로 계산하는 합성곱: 6×6 이미지에서 3×3 필터의 자리는 4×4개"
    ),
    "a filter of three numbers over five ones: three positions": "다섯 개의 1 위를 지나는 수 세 개짜리 필터: 자리 세 개",
    "how many weights a convolution has: 64 filters of 3×3 over 128 channels, 3·3·128·64 = 73,728": (
        "합성곱의 가중치 수: 128채널 위의 3×3 필터 64개, 3·3·128·64 = 73,728"
    ),
    "a 3×3 convolution with padding 1 keeps a 224×224 image at 224×224": (
        "패딩 1인 3×3 합성곱은 224×224 이미지를 224×224로 유지함"
    ),
    "ResNet-{}: {} residual blocks of {}": "ResNet-{0}: 잔차 블록 {1}개 ({2})",
    "ResNet-{}: {} residual blocks of": "ResNet-{0}: 잔차 블록 {1}개",
    "1×1, 3×3 and 1×1 convolutions (bottlenecks)": "1×1, 3×3, 1×1 합성곱의 병목",
    "two 3×3 convolutions": "3×3 합성곱 두 개",
    "ResNet-18 for CIFAR-10: the first convolution 3×3 with stride 1, and no pooling after it": (
        "CIFAR-10용 ResNet-18: 첫 합성곱은 3×3에 스트라이드 1, 그 뒤에 풀링 없음"
    ),
    "ResNet-{} for CIFAR-10, the paper's own: shortcuts without parameters (option A)": (
        "논문의 CIFAR-10용 ResNet-{0}: 파라미터 없는 지름길 (옵션 A)"
    ),
    "VGG-{}: {} convolutions of 3×3 and 3 linear layers": "VGG-{0}: 3×3 합성곱 {1}개와 선형 층 3개",
    "VGG-{} with a BatchNorm behind each convolution": "VGG-{0}, 합성곱마다 뒤에 BatchNorm",
    "VGG-16 narrowed for CIFAR-10 and 3×32×32: three poolings leave 512·4·4 = 8,192 features": (
        "CIFAR-10의 3×32×32에 맞춘 VGG-16: 풀링 세 번이면 특성 512·4·4 = 8,192개"
    ),
}
