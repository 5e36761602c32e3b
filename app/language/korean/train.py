"""The words of `app.train`."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    # starting
    "Train {name}": "{name} 훈련",
    "Starting runs is off, because this page can be reached from other machines. {setting} allows it.": (
        "다른 컴퓨터에서도 이 페이지를 열 수 있어 훈련을 시작할 수 없습니다. {setting}(으)로 허용합니다."
    ),
    "Pictures": "그림 데이터",
    "Digits: 1,797 of 8×8, ships with cnnshapes": "숫자: 8×8 그림 1,797장, cnnshapes에 들어 있음",
    "CIFAR-10, binary version": "CIFAR-10, 바이너리판",
    "Class folders of your own": "클래스별로 나눈 내 폴더",
    "Folder of the pictures": "그림 폴더",
    "Recipe": "레시피",
    "`fast` works for any stack; the others are the notes'": "`fast`는 어떤 설계에나 맞고, 나머지는 노트의 방식입니다",
    "Epochs": "에포크",
    "More": "더 보기",
    "Learning rate": "학습률",
    "Label smoothing": "레이블 스무딩",
    "Mirror half of the pictures": "그림의 절반을 좌우로 뒤집기",
    "Shift pictures by up to": "그림을 옮기는 최대 거리",
    "pixels": "픽셀",
    "First weights": "가중치 초기화",
    "Seconds at most, 0 for any": "최대 시간(초), 0이면 제한 없음",
    "Seed": "시드",
    "Device": "장치",
    "Start": "시작",
    "with a folder of pictures for each class, or train and test with such folders": (
        "클래스마다 그림 폴더가 하나씩, 또는 그런 폴더가 든 train과 test"
    ),
    "`{command}` downloads them": "`{command}` 명령으로 내려받습니다",
    # a run
    "There is no run. The digits need no download and take some seconds.": (
        "훈련 기록이 없습니다. 숫자 데이터는 내려받을 필요 없이 몇 초면 됩니다."
    ),
    "Run": "훈련 기록",
    "none yet; up to five runs": "아직 없음, 다섯 개까지",
    "Compare with": "함께 비교",
    "Its curves, results and weights are deleted for good.": "곡선, 결과, 가중치가 모두 삭제되며 되돌릴 수 없습니다.",
    "Delete this run": "이 훈련 삭제",
    "The first pictures are still to be learned from": "아직 첫 그림을 배우기 전입니다",
    "run": "훈련",
    "layers with weights": "가중치가 있는 층",
    "test accuracy": "시험 정확도",
    "seconds": "초",
    "Loss": "손실",
    "Test accuracy": "시험 정확도",
    "Images/s": "초당 이미지",
    "6 per predicted MAC and image: 2 forward, 4 backward": "예측한 MAC과 이미지마다 6번: 순전파 2, 역전파 4",
    "Memory": "메모리",
    "measured; {memory} were predicted": "측정값, 예측은 {memory}",
    "predicted from the design": "설계에서 예측한 값",
    "{count} parameters on {device}, {mode}": "파라미터 {count}개, 장치 {device}, {mode}",
    "{count} files were no pictures and were left out": "그림이 아닌 파일 {count}개를 뺐습니다",
    "Loss and learning rate": "손실과 학습률",
    "learning rate": "학습률",
    "The learning rate after each epoch": "에포크마다의 학습률",
    "Epoch {done}, training accuracy {accuracy}, learning rate {lr}, about {left} s left": (
        "에포크 {done}, 훈련 정확도 {accuracy}, 학습률 {lr}, 약 {left}초 남음"
    ),
    "queued, waiting for its device": "대기 중, 장치를 기다립니다",
    "its process ended without a word": "프로세스가 말없이 끝났습니다",
    "it was asked to stop": "멈추라는 요청을 받았습니다",
    "Resume": "이어서 훈련",
    "Stopping…": "멈추는 중…",
    "Cancel": "취소",
    "training": "훈련",
    "test": "시험",
    "accuracy": "정확도",
    "loss": "손실",
    "epoch": "에포크",
    # results
    "**Test accuracy {accuracy}**, error rate {error}: {correct} of {count} pictures, after {epochs} epochs in "
    "{seconds} s": (
        "**시험 정확도 {accuracy}**, 오류율 {error}: 그림 {count}장 중 {correct}장 정답, 에포크 {epochs}, {seconds}초"
    ),
    "By class": "클래스별",
    "Confusion": "혼동 행렬",
    "Worst mistakes": "가장 큰 실수",
    "Predictions": "예측",
    "Your picture": "내 그림",
    "class": "클래스",
    "right": "정답",
    "of": "전체",
    "Weights for the exported code (state_dict)": "내보낸 코드에 넣을 가중치 (state_dict)",
    "{label}, taken for {guess}": "{label}, 예측은 {guess}",
    "taken for": "예측",
    "what it shows": "실제",
    "Pictures of": "실제 클래스",
    "{shown} of {count}": "{count}장 중 {shown}장",
    "None.": "없습니다.",
    "A picture": "그림",
    "probability": "확률",
    "The five likeliest classes": "가장 가능성 높은 클래스 다섯",
}
