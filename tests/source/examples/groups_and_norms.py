# 3x32x32: Net()
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self, p=0.5, *, groups=4):
        super().__init__()
        self.p = p
        self.c1 = nn.Conv2d(3, 32, (3, 3), (1, 1), (1, 1))
        self.gn = nn.GroupNorm(groups, 32)
        self.c2 = nn.Conv2d(32, 64, 3, dilation=2, padding='valid', padding_mode='reflect')
        self.inorm = nn.InstanceNorm2d(64, affine=True)
        self.c3 = nn.Conv2d(64, 64, kernel_size=3, groups=groups, stride=(2, 1), padding=(1, 0))
        self.fc = nn.Linear(64 * 4 * 6, 10)

    def forward(self, x):
        x = F.leaky_relu(self.gn(self.c1(x)), 0.2)
        x = F.elu(self.inorm(self.c2(x)))
        x = F.avg_pool2d(torch.tanh(self.c3(x)), kernel_size=3, stride=3)
        x = F.adaptive_max_pool2d(x, (4, 6))
        x = torch.reshape(x, (x.shape[0], -1))
        x = F.dropout(x, p=self.p, training=self.training)
        return F.softmax(self.fc(x), dim=1)
