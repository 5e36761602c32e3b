# 3x32x32: Classifier()
import torch
import torch.nn as nn
import torch.nn.functional as F

class Classifier(nn.Module):
    def __init__(self):
        super(Classifier, self).__init__()       # Child 클래스의 __init__()
        
        # 이미지 3-channel 입력
        self.conv1 = nn.Conv2d(           # 이미지를 직접 넣는다
            in_channels = 3,              # RGB이므로 3
            out_channels = 8,             # 한 칸을 필터가 몇번 훑느냐
            kernel_size = 3,              # 필터의 크기
            padding = 1)
        self.conv2 = nn.Conv2d(
            in_channels = 8,
            out_channels = 16,            
            kernel_size = 3,
            padding = 1
        )
        self.pool = nn.MaxPool2d(
            kernel_size = 2,
            stride = 2)
        self.fc1 = nn.Linear(8*8*16, 64)  # input 숫자는 계산해서 나와야 함
        self.fc2 = nn.Linear(64, 32)
        self.fc3 = nn.Linear(32, 10)

    def forward(self, x):
        x = self.conv1(x)                 
        x = F.relu(x)
        x = self.pool(x)
        x = self.conv2(x)
        x = F.relu(x)
        x = self.pool(x)

        x = x.view(-1, 8*8*16)            # FC layer는 1차원을 입력받는다.
        x = self.fc1(x)
        x = F.relu(x)
        x = self.fc2(x)
        x = F.relu(x)
        x = self.fc3(x)
        x = F.log_softmax(x, dim=1)

        return x

classifier = Classifier()
