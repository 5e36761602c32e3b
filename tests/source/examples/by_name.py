# 4x1x6: Net()
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 4, 3, padding=1)
        self.fc = nn.Linear(6, 2)

    def forward(self, x):
        x = x.squeeze(dim=2)
        x = self.conv(input=x)
        x = x.unsqueeze(dim=1)
        x = torch.squeeze(input=x, dim=1)
        a, b = x.split(split_size=2, dim=1)
        x = torch.stack(tensors=(a, b), dim=2)
        x = torch.flatten(input=x, start_dim=1, end_dim=2)
        return self.fc(x)
