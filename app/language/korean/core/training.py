"""Training: data, recipes, jobs, and why a run ended."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # data
    'there is no data set "{}"; there is {}': '"{0}" 데이터셋은 없습니다. 있는 것: {1}',
    'there is no data set "{}" to download; there is {}': '내려받을 "{0}" 데이터셋은 없습니다. 있는 것: {1}',
    "{} is read from a folder, and none is given (data_dir, or --data-dir)": (
        "{0}은(는) 폴더에서 읽는데 폴더가 주어지지 않았습니다 (data_dir 또는 --data-dir)"
    ),
    "there is no folder {}": "{0} 폴더가 없습니다",
    "{} has neither {} nor {}; `cnnshapes data get cifar10` downloads it, or give the folder that has the binary "
    "version's files": (
        "{0}에 {1}도 {2}도 없습니다. `cnnshapes data get cifar10`으로 내려받거나 바이너리판 파일이 있는 폴더를 알려 주세요"
    ),
    "{} is truncated, altered or no archive ({}); download it again": (
        "{0}이(가) 잘렸거나 바뀌었거나 압축 파일이 아닙니다 ({1}). 다시 내려받으세요"
    ),
    "{} has no data": "{0}에 데이터가 없습니다",
    "{} has no whole {}; download it again": "{0}에 온전한 {1}이(가) 없습니다. 다시 내려받으세요",
    "{} has {} bytes; it should have {}": "{0}은(는) {1}바이트입니다. {2}바이트여야 합니다",
    "{} has no {}.gz": "{0}에 {1}.gz가 없습니다",
    "{} is truncated or not gzip ({})": "{0}이(가) 잘렸거나 gzip이 아닙니다 ({1})",
    "{} is no IDX file of bytes": "{0}은(는) 바이트 IDX 파일이 아닙니다",
    "{} has {} bytes of data; its header says {}": "{0}의 데이터는 {1}바이트인데 머리말에는 {2}바이트라고 되어 있습니다",
    "{} has {} pictures for {} labels": "{0}에 레이블 {2}개와 그림 {1}개가 있습니다",
    "pictures become (1 or 3, height, width), and the design reads {}; give it such an input shape": (
        "그림은 (1 또는 3, 높이, 너비)가 되는데 설계는 {0}을(를) 읽습니다. 그런 입력 모양을 주세요"
    ),
    "{} has a class {} that {} has not": "{0}에 있는 클래스 {1}이(가) {2}에는 없습니다",
    "{} leaves no picture to {} with; a class needs {} or more": "{0}에는 {1}할 그림이 남지 않습니다. 클래스마다 {2}장 이상 필요합니다",
    "{} should have a folder of pictures for each of two or more classes": (
        "{0}에는 클래스마다 그림 폴더가 하나씩, 두 개 이상 있어야 합니다"
    ),
    "{} has no picture that can be opened": "{0}에 열 수 있는 그림이 없습니다",
    "{} has a label {}; there are {} classes, from 0": "{0}에 레이블 {1}이(가) 있습니다. 클래스는 0부터 {2}개입니다",
    "Ankle boot": "앵클 부츠",
    "train": "훈련",
    "test": "시험",
    "{} has no result yet": "{0}에는 아직 결과가 없습니다",
    "the picture could not be shown to the network": "그림을 네트워크에 보여 주지 못했습니다",
    "the picture has more than {} pixels": "그림의 픽셀이 {0}개보다 많습니다",
    "this is no picture, or of a kind that cannot be opened": "그림이 아니거나 열 수 없는 종류입니다",
    "the picture cannot be opened: {}": "그림을 열 수 없습니다: {0}",
    # downloads
    "{} of {} MB": "{1} MB 가운데 {0}",
    "{}: {} {}; set {} to download elsewhere": "{0}: {1} {2}. 다른 곳에서 받으려면 {3}을(를) 정하세요",
    "{}: {}; run it again to resume, or set {} to another place": (
        "{0}: {1}. 다시 실행하면 이어받고, {2}(으)로 다른 곳을 정할 수 있습니다"
    ),
    "{} came with {} bytes and another checksum than {}; it was thrown away": (
        "{0}이(가) {1}바이트로 왔고 체크섬이 {2}와 달라 버렸습니다"
    ),
    "{} is no address; {} should be like https://example.org/sets": (
        "{0}은(는) 주소가 아닙니다. {1}은(는) https://example.org/sets 같아야 합니다"
    ),
    "{}: {}; make room and run it again to resume": "{0}: {1}. 공간을 만들고 다시 실행하면 이어받습니다",
    "the connection broke off at {} of {} bytes": "{1}바이트 가운데 {0}바이트에서 연결이 끊겼습니다",
    # jobs
    "{} is {}; it should be a number": "{0} = {1}입니다. 수여야 합니다",
    "{} jobs are queued or running, and {} may be; wait or cancel one": (
        "작업 {0}개가 대기 중이거나 실행 중이고 {1}개까지 됩니다. 기다리거나 하나를 취소하세요"
    ),
    "{} has {} parameters; here {} may be trained": "{0}의 파라미터는 {1}개입니다. 여기서는 {2}개까지 훈련합니다",
    "its state cannot be read": "상태를 읽을 수 없습니다",
    "{} has {} already": "{0}은(는) 이미 {1} 상태입니다",
    "{} {}; there is nothing to resume": "{0} {1}. 이어서 할 것이 없습니다",
    "is done": "끝났습니다",
    "{} is {}; cancel it first": "{0}은(는) {1} 상태입니다. 먼저 취소하세요",
    'there is no job "{}": none was started yet': '"{0}" 작업이 없습니다: 아직 시작한 작업이 없습니다',
    'there {} "{}"; there is {}': '"{1}" 작업을 정할 수 없습니다 ({0}). 있는 것: {2}',
    "are several jobs": "여럿임",
    "is no job": "없음",
    "no message": "메시지 없음",
    "queued": "대기 중",
    "starting": "시작 중",
    "running": "실행 중",
    "succeeded": "완료",
    "failed": "실패",
    "cancelled": "취소됨",
    "interrupted": "중단됨",
    # the loop
    "not enough memory": "메모리 부족",
    "can't allocate memory": "메모리를 얻을 수 없음",
    "writing {} failed: {}": "{0} 쓰기에 실패했습니다: {1}",
    "writing metrics.jsonl failed: {}": "metrics.jsonl 쓰기에 실패했습니다: {0}",
    "the loss became {} in epoch {}, at a learning rate of {}; a lower one, clipping or a normalisation usually mends "
    "it": (
        "에포크 {1}에서 손실이 {0}이 되었습니다 (학습률 {2}). 학습률을 낮추거나 기울기 자르기, 정규화를 쓰면 대개 나아집니다"
    ),
    "memory ran out on {}: {}; {}": "{0}의 메모리가 바닥났습니다. {1}. {2}",
    "{}, and {} are free; {}": "{0}. 남은 메모리는 {1}입니다. {2}",
    "a batch of {} of {} is predicted to take {}": "{1}의 배치 {0}에는 {2}이(가) 든다고 예측합니다",
    "a smaller network takes less": "더 작은 네트워크는 덜 듭니다",
    "halve the batch, to {}": "배치를 절반인 {0}(으)로 줄이세요",
    "file write failed": "파일 쓰기 실패",
    "there is no space left": "남은 공간이 없습니다",
    "reading or writing failed": "읽기나 쓰기에 실패했습니다",
    "{} takes {} ms a step": "{0} 한 스텝에 {1} ms",
    "{} takes longer to set up than it could save of {} s": "{0} 준비가 {1}초에서 아낄 수 있는 것보다 오래 걸림",
    "{} could not be set up ({})": "{0} 준비 실패 ({1})",
    "CUDA graph": "CUDA 그래프",
    "compiled": "컴파일",
    "there is no {}": "{0}이(가) 없습니다",
    "{} is no checkpoint: {}": "{0}은(는) 체크포인트가 아닙니다: {1}",
    '"{}" is no device; there is auto, cpu, cuda or cuda:1': '"{0}"은(는) 장치가 아닙니다. auto, cpu, cuda, cuda:1이 있습니다',
    "there is no GPU that torch can use here; train on cpu": "torch가 쓸 수 있는 GPU가 없습니다. cpu에서 훈련하세요",
    "{} was written by another version of cnnshapes; start anew": (
        "{0}은(는) 다른 버전의 cnnshapes가 쓴 것입니다. 처음부터 다시 시작하세요"
    ),
    "there is no cuda:{}; the last GPU that torch can use here is cuda:{}": (
        "cuda:{0}은(는) 없습니다. 여기서 torch가 쓸 수 있는 마지막 GPU는 cuda:{1}입니다"
    ),
    "a BatchNorm without momentum asks how many batches there were": "모멘텀이 없는 BatchNorm은 배치가 몇 번 있었는지 묻습니다",
    '"{}" is not supported; there is auto, cpu, cuda or cuda:1': (
        '"{0}"은(는) 지원하지 않습니다. auto, cpu, cuda, cuda:1이 있습니다'
    ),
    # recipes
    "nesterov needs a momentum above 0": "nesterov에는 0보다 큰 momentum이 필요합니다",
    "a recipe has no {}; it has {}": "레시피에는 {0}이(가) 없습니다. 있는 것: {1}",
    'there is no recipe "{}"; there is {}': '"{0}" 레시피는 없습니다. 있는 것: {1}',
    "{} is {}; it should be {}": "{0} = {1}입니다. {2}이어야 합니다",
    "{} is {}; it should be {} {}": "{0} = {1}입니다. {3} {2}이어야 합니다",
    "{} is {}; it should be a whole number of at least {} and at most {}": "{0} = {1}입니다. {2} 이상 {3} 이하의 정수여야 합니다",
    "{} is {}; it should be at least {}": "{0} = {1}입니다. {2} 이상이어야 합니다",
    "{} is {}; it should be at least {} and at most {}": "{0} = {1}입니다. {2} 이상 {3} 이하여야 합니다",
    "{} is {}; it should be {} {} and at most {}": "{0} = {1}입니다. {3} {2}, {4} 이하여야 합니다",
    " and at most {}": ", {0} 이하",
    # clusters, specifications and results
    'submitting to a cluster needs Ray: pip install "cnnshapes[ray]"': (
        '클러스터에 내려면 Ray가 필요합니다: pip install "cnnshapes[ray]"'
    ),
    "there is no Ray cluster at {}: {}": "{0}에 Ray 클러스터가 없습니다: {1}",
    "this is no result: {}": "결과가 아닙니다: {0}",
    "test accuracy {}": "시험 정확도 {0}",
    "processes is {}; it should be 1 or more": "processes = {0}입니다. 1 이상이어야 합니다",
    "a batch of {} cannot be shared evenly by {} processes": "배치 {0}을(를) 프로세스 {1}개가 똑같이 나눌 수 없습니다",
    "this is nothing to train by: {}": "이것으로는 훈련할 수 없습니다: {0}",
    "{} reads {}; pictures are (channels, height, width)": "{0}은(는) {1}을(를) 읽습니다. 그림은 (채널, 높이, 너비)입니다",
    "; give {} {} outputs": ". {0}의 출력을 {1}개로 하세요",
    "give {} {} outputs": "{0}의 출력을 {1}개로 하세요",
    "{} gives {} and {} has {} classes{}": "{0}의 출력은 {1}인데 {2}의 클래스는 {3}개입니다{4}",
    "{} has nothing to learn: no layer of it has weights": "{0}에는 학습할 것이 없습니다. 가중치가 있는 층이 없습니다",
}
