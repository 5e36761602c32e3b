"""What torch's messages of calls and of the backward pass mean."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # calls
    "the layer": "이 층",
    "Take it out, or give the __init__ of {} this argument": "빼거나, {0}의 __init__이 이 인자를 받게 하세요",
    "Write {} in place of {}": "{1} 대신 {0}(으)로 쓰세요",
    "Put the activation behind it as a layer of its own: {}(…), then nn.ReLU()": (
        "활성화 함수는 그 뒤에 따로 층으로 두세요: {0}(…) 다음에 nn.ReLU()"
    ),
    "Take it out; {} takes {}": "빼세요. {0}의 인자: {1}",
    "the forward of {} is not given {}": "{0}의 forward에 {1}이(가) 주어지지 않았습니다",
    "Call it with all it reads: model({})": "읽는 것을 모두 주고 부르세요: model({0})",
    "{} is not given {}": "{0}에 {1}이(가) 주어지지 않았습니다",
    "Write {}({}), beside the others": "다른 인자와 함께 {0}({1})(으)로 쓰세요",
    "the forward of {} takes {} and is given {}": "{0}의 forward는 {1}개를 받는데 {2}개가 주어졌습니다",
    "Give it what its forward names, self aside; a Sequential and most layers take one tensor": (
        "forward에 적힌 것을 (self를 빼고) 주세요. Sequential과 대부분의 층은 텐서 하나를 받습니다"
    ),
    "{} takes at most {} arguments and is given {}": "{0}은(는) 인자를 {1}개까지 받는데 {2}개가 주어졌습니다",
    "Take some out, or name them as kernel_size=3; a layer takes its settings first, and tensors when it is called": (
        "몇 개를 빼거나 kernel_size=3처럼 이름을 붙이세요. 층은 만들 때 설정을, 부를 때 텐서를 받습니다"
    ),
    "a {} holds layers and cannot be called": "{0}은(는) 층을 담을 뿐 부를 수 없습니다",
    "Call each of its layers in a loop, x = layer(x), or make it nn.Sequential(*layers)": (
        "반복문에서 층마다 x = layer(x)로 부르거나 nn.Sequential(*layers)로 만드세요"
    ),
    "Write def forward(self, x): in its class, spelled so, and indented as far as __init__ and not inside of it": (
        "클래스에 def forward(self, x):를 이 철자로, __init__ 안이 아니라 같은 깊이로 들여 쓰세요"
    ),
    "a list stands where layers are taken one by one": "층을 하나씩 받는 자리에 목록이 있습니다",
    "Take it apart: nn.Sequential(*layers)": "풀어서 주세요: nn.Sequential(*layers)",
    "{} stands where a layer is taken, and is none": "층을 받는 자리에 층이 아닌 {0}이(가) 있습니다",
    "Write the layer: nn.{}()": "층을 쓰세요: nn.{0}()",
    "Write a layer made by its call, such as nn.ReLU(), no function": (
        "함수가 아니라 nn.ReLU()처럼 불러서 만든 층을 쓰세요"
    ),
    "a layer is given a {}, and takes a tensor": "층에 {0}이(가) 들어왔습니다. 층은 텐서를 받습니다",
    "Make a tensor of it: torch.from_numpy(x).float()": "텐서로 만드세요: torch.from_numpy(x).float()",
    "Write return x at the end of the forward, or the function, that should have given it": (
        "그것을 돌려줘야 할 forward나 함수의 끝에 return x를 쓰세요"
    ),
    "Take the tensor out, x[0]: a loader gives (pictures, labels), and an LSTM (outputs, state)": (
        "x[0]으로 텐서를 꺼내세요. 로더는 (그림, 레이블)을, LSTM은 (출력, 상태)를 줍니다"
    ),
    "Take the tensors out one by one, or join them by torch.stack(x)": (
        "텐서를 하나씩 꺼내거나 torch.stack(x)로 합치세요"
    ),
    "Make a tensor of it: pictures by transforms.ToTensor(), numbers by torch.tensor(x)": (
        "텐서로 만드세요. 그림은 transforms.ToTensor(), 수는 torch.tensor(x)"
    ),
    "a size of a layer is a fraction, most often because of a division by /": (
        "층의 크기가 정수가 아닙니다. 대개 /로 나누었기 때문입니다"
    ),
    "Divide by //, which gives a whole number, or write int(…) around it": (
        "정수가 나오는 //로 나누거나 int(…)로 감싸세요"
    ),
    "torch.nn has no {}": "torch.nn에는 {0}이(가) 없습니다",
    "Write nn.{}": "nn.{0}(으)로 쓰세요",
    "Check its spelling, capitals included, against torch's documentation": (
        "torch 문서에서 대소문자까지 철자를 확인하세요"
    ),
    "nn.{}(…) is a layer and no tensor: it was made, and not called": (
        "nn.{0}(…)은(는) 텐서가 아니라 층입니다. 만들기만 하고 부르지 않았습니다"
    ),
    "Make it and call it: nn.{}(…)(x), best once in __init__ and then self.layer(x)": (
        "만들어서 부르세요: nn.{0}(…)(x). __init__에서 한 번 만들고 self.layer(x)로 부르는 것이 좋습니다"
    ),
    "{} is asked of None, which a function gives that returns nothing": (
        "아무것도 돌려주지 않는 함수의 결과인 None에서 {0}을(를) 찾습니다"
    ),
    "self.{} was never set in {}": "{1}에서 self.{0}을(를) 정한 곳이 없습니다",
    "Write self.{} in place of self.{}": "self.{1} 대신 self.{0}(으)로 쓰세요",
    "Set self.{} in its __init__": "__init__에서 self.{0}을(를) 정하세요",
    "a tensor of several numbers stands where yes or no is asked, as where a loss is made with tensors": (
        "참·거짓을 묻는 자리에 수가 여럿인 텐서가 있습니다. 손실을 텐서로 만들 때도 그렇습니다"
    ),
    "Make the loss first, then call it: nn.CrossEntropyLoss()(output, labels); in an if, write (a == b).all() or "
    ".any()": (
        "손실을 먼저 만들고 부르세요: nn.CrossEntropyLoss()(output, labels). if에서는 (a == b).all()이나 .any()를 쓰세요"
    ),
    "padding='same' keeps the size, which a stride above 1 does not": (
        "padding='same'은 크기를 지키는데, 1보다 큰 스트라이드는 그럴 수 없습니다"
    ),
    "Write the padding as a number, half of the kernel rounded down: padding=1 for a 3×3": (
        "패딩을 커널 크기의 절반을 내린 수로 쓰세요. 3×3이면 padding=1"
    ),
    # the backward pass
    "backward() is called on a tensor of several numbers, and a gradient is that of one": (
        "수가 여럿인 텐서에서 backward()를 부릅니다. 기울기는 수 하나의 것입니다"
    ),
    "Make one number of the loss: loss.mean().backward(); a loss made with reduction='none' is not averaged yet": (
        "손실을 수 하나로 만드세요: loss.mean().backward(). reduction='none'인 손실은 아직 평균을 내지 않은 것입니다"
    ),
    "backward() is called again on what one forward pass computed, and torch frees that after the first time": (
        "forward 한 번의 결과에 backward()를 다시 부릅니다. torch는 첫 번째 뒤에 그 계산을 버립니다"
    ),
    "Compute the output and the loss anew for each backward(), inside the loop; what is kept from one step to the "
    "next, such as a hidden state or a sum of losses, takes .detach() or .item()": (
        "반복문 안에서 backward()마다 출력과 손실을 새로 계산하세요. 은닉 상태나 손실의 합처럼 다음 스텝까지 두는 것에는 "
        ".detach()나 .item()을 쓰세요"
    ),
    "the loss does not depend on any weight by operations that torch followed": (
        "torch가 따라간 연산으로는 손실이 어떤 가중치에도 이어지지 않습니다"
    ),
    "Leave out what cuts the way: torch.no_grad(), .detach(), .item(), torch.tensor(loss), argmax of the output, or "
    "requires_grad = False on all weights": (
        "길을 끊는 것을 빼세요: torch.no_grad(), .detach(), .item(), torch.tensor(loss), 출력의 argmax, 모든 가중치의 "
        "requires_grad = False"
    ),
    "a tensor that the backward pass needs was overwritten after the forward pass had used it": (
        "backward에 필요한 텐서를 forward가 쓴 뒤에 덮어썼습니다"
    ),
    "Write x = x + y in place of x += y, and inplace=False in the activations; call optimizer.step() after "
    "backward()": (
        "x += y 대신 x = x + y로, 활성화 함수는 inplace=False로 쓰고, optimizer.step()은 backward() 뒤에 부르세요"
    ),
    "a weight is changed in place while torch records what is done to it": (
        "torch가 기록하는 동안 가중치를 제자리에서 바꿉니다"
    ),
    "Change it under torch.no_grad(), or by the functions of torch.nn.init": (
        "torch.no_grad() 아래에서, 또는 torch.nn.init의 함수로 바꾸세요"
    ),
    "NumPy takes neither a tensor that remembers its gradients nor one on the GPU": (
        "NumPy는 기울기를 기억하는 텐서도, GPU에 있는 텐서도 받지 않습니다"
    ),
    "Write x.detach().cpu().numpy()": "x.detach().cpu().numpy()를 쓰세요",
    "several": "여러",
    "a tensor of {} numbers stands where one is taken, as by .item()": (
        ".item()처럼 수 하나를 받는 자리에 수가 {0}개인 텐서가 있습니다"
    ),
    "Make one number of it first, by x.mean() or x[0], or take them all by x.tolist()": (
        "먼저 x.mean()이나 x[0]으로 수 하나를 만들거나, x.tolist()로 모두 꺼내세요"
    ),
    "the optimizer is given no weights, because the model has none that torch knows of": (
        "옵티마이저에 가중치가 없습니다. 모델에 torch가 아는 가중치가 없기 때문입니다"
    ),
    "Set the layers in __init__ as self.name = …, a list of them as nn.ModuleList([…]), and call super().__init__() "
    "first": (
        "층은 __init__에서 self.이름 = …으로, 목록이면 nn.ModuleList([…])로 정하고, super().__init__()을 먼저 부르세요"
    ),
}
