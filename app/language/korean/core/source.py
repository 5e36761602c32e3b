"""Reading PyTorch source: what was not understood, and what was read another way."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # containers
    "the container": "컨테이너",
    "the {} of this {} is 0, so that it reads nothing": "이 {1}의 {0}이(가) 0이라 아무것도 읽지 않습니다",
    "the parts of a tensor along the batch are not understood": "배치 방향으로 나눈 텐서를 알 수 없습니다",
    "the other values that {} gives are not understood": "{0}이(가) 주는 다른 값들을 알 수 없습니다",
    "what {} is given beside its input is not understood; left out": (
        "{0}에 입력 말고 주어진 것을 알 수 없어 뺐습니다"
    ),
    "a constant tensor in `{}`": "`{0}`의 상수 텐서",
    "a part of a weight is not understood": "가중치의 일부를 알 수 없습니다",
    "these are no pairs of a name and a module": "이름과 모듈의 쌍이 아닙니다",
    "what this sets is not known": "무엇을 정하는지 알 수 없습니다",
    "`.{}`": "`.{0}`",
    # the text
    "the text has {} characters; {} are the most that are read": "글이 {0}자입니다. 최대 {1}자까지 읽습니다",
    "the text has {} characters; a design's JSON has at most {}": "글이 {0}자입니다. 설계 JSON은 최대 {1}자입니다",
    "invalid syntax": "문법에 맞지 않습니다",
    "'{}' was never closed": "‘{0}’ 괄호를 닫지 않았습니다",
    "unmatched '{}'": "여는 괄호가 없는 ‘{0}’",
    "expected '{}'": "‘{0}’이(가) 빠졌습니다",
    "class definition": "클래스 정의",
    "function definition": "함수 정의",
    "unexpected indent": "들여쓰기가 너무 깊습니다",
    "expected an indented block after {} on line {}": "{1}번째 줄 다음에 들여쓰기한 줄이 와야 합니다 ({0})",
    "unindent does not match any outer indentation level": "들여쓰기가 바깥의 어느 것과도 맞지 않습니다",
    "unterminated string literal (detected at line {})": "따옴표를 닫지 않았습니다 ({0}번째 줄)",
    "invalid syntax. Perhaps you forgot a comma?": "문법에 맞지 않습니다. 쉼표를 빠뜨렸나요?",
    "list index out of range": "목록의 범위를 벗어난 색인입니다",
    "division by zero": "0으로 나눕니다",
    "this is not Python: {}": "Python이 아닙니다: {0}",
    "this is not Python that a network is written in: it is nested too deep": "너무 깊이 중첩되어 네트워크로 읽을 수 없습니다",
    "the text is nested too deep to be followed": "글이 너무 깊이 중첩되어 따라갈 수 없습니다",
    "the text takes too long to walk through; a network needs no such loops": (
        "글을 훑는 데 너무 오래 걸립니다. 네트워크에는 그런 반복이 필요 없습니다"
    ),
    "this looks like Keras; only PyTorch is read": "Keras 코드 같습니다. PyTorch만 읽습니다",
    "there is no network in the text: no nn.Sequential, and no class with a forward": (
        "글에 네트워크가 없습니다. nn.Sequential도, forward가 있는 클래스도 없습니다"
    ),
    "no usual size of pictures fits, so {} was taken; if yours are {}: {}": (
        "흔한 이미지 크기가 하나도 맞지 않아 {0}(으)로 읽었습니다. 이미지 크기가 {1}일 때: {2}"
    ),
    "{} needs {}; write `model = {}({})` below it": "{0}에는 {1}이(가) 필요합니다. 그 아래에 `model = {2}({3})`을(를) 쓰세요",
    "{}.forward reads {} inputs ({}); a design has one": "{0}.forward는 입력 {1}개({2})를 읽습니다. 설계의 입력은 하나입니다",
    "line {}": "{0}번째 줄",
    "; the text does not say its input: {} is assumed": ". 글에 입력이 없어 {0}(으)로 보았습니다",
    "it may come of line {}, where {}": "{0}번째 줄 때문일 수 있습니다 ({1})",
    # what happens in it
    "its forward gives back no tensor that could be followed": "forward가 따라갈 수 있는 텐서를 돌려주지 않습니다",
    "self.{} was never set; read as self.{}": "self.{0}을(를) 정한 곳이 없어 self.{1}(으)로 읽었습니다",
    "self.{} was never set": "self.{0}을(를) 정한 곳이 없습니다",
    "`.{}` of this is not understood": "이것의 `.{0}`을(를) 알 수 없습니다",
    "`.{}` of a weight is not understood": "가중치의 `.{0}`을(를) 알 수 없습니다",
    "`.{}` is not understood": "`.{0}`을(를) 알 수 없습니다",
    "this operator": "이 연산자",
    "the list": "목록",
    "one number of each example": "예제마다 수 하나",
    "the indices of `{}` are not understood": "`{0}`의 인덱스를 알 수 없습니다",
    "`del {}` is not understood": "`del {0}`을(를) 알 수 없습니다",
    "this operation is not understood": "이 연산을 알 수 없습니다",
    "this call is not understood": "이 호출을 알 수 없습니다",
    "this call of `{}`": "`{0}`의 이 호출",
    "a part of this `{}`": "이 `{0}`의 일부",
    "this `view`": "이 `view`",
    "this operator is unknown": "알 수 없는 연산자입니다",
    "what {} reads here is not known": "{0}이(가) 여기서 무엇을 읽는지 알 수 없습니다",
    "{} is called again; a design has each weight once, so this call has weights of its own": (
        "{0}이(가) 다시 불립니다. 설계에서는 가중치가 한 번씩만 있으므로 이 호출은 따로 가중치를 가집니다"
    ),
    "it reads nothing": "읽는 것이 없습니다",
    "{} has no forward": "{0}에 forward가 없습니다",
    "the size of this tensor is not known": "이 텐서의 크기를 알 수 없습니다",
    "`{}` is not understood": "`{0}`을(를) 알 수 없습니다",
    "{} is not understood": "{0}을(를) 알 수 없습니다",
    "{} is not understood; left out, so that its input goes on as it is": (
        "{0}을(를) 알 수 없어 뺐습니다. 그 입력이 그대로 다음으로 갑니다"
    ),
    "Keras's {}, in torch nn.{},": "Keras의 {0} (torch의 nn.{1})",
    "{}; left out": "{0}; 뺐습니다",
    "left out": "뺐습니다",
    "{} takes {} arguments and is given {}": "{0}은(는) 인자 {1}개를 받는데 {2}개가 주어졌습니다",
    "{} with return_indices is not understood": "return_indices가 있는 {0}을(를) 알 수 없습니다",
    "{} has no argument {}; left out": "{0}에는 인자 {1}이(가) 없어 뺐습니다",
    "{} has no argument {}; read as {}": "{0}에는 인자 {1}이(가) 없어 {2}(으)로 읽었습니다",
    "torch.nn has no {}; read as {}": "torch.nn에는 {0}이(가) 없어 {1}(으)로 읽었습니다",
    "{} never calls super().__init__(), without which torch takes no layer": (
        "{0}이(가) super().__init__()을 부르지 않아, torch가 층을 받지 않습니다"
    ),
    "Python never calls {} by itself; read as __init__": "Python은 {0}을(를) 스스로 부르지 않아 __init__으로 읽었습니다",
    "self.{} is a plain {}, whose layers torch never learns; nn.Module{} is meant": (
        "self.{0}은(는) Python의 보통 {1}라서 torch가 그 층들을 학습하지 않습니다. nn.Module{2}를 쓰세요"
    ),
    "{} is read; there is {} too: write `{}` below it to read that": (
        "{0}을(를) 읽었습니다. {1}도 있습니다. 그것을 읽으려면 그 아래에 `{2}`를 쓰세요"
    ),
    "{} has no argument {}": "{0}에는 인자 {1}이(가) 없습니다",
    "the {} of this {} is not known{}": "이 {1}의 {0}을(를) 알 수 없습니다{2}",
    "view({}, {}) does not keep the examples apart: each has {} = {} numbers; read as a Flatten": (
        "view({0}, {1})은(는) 예시들을 섞습니다. 예시 하나에 수가 {2} = {3}개이므로 Flatten으로 읽었습니다"
    ),
    "`{}` of the batch": "배치의 `{0}`",
    "a part of this {} is no module": "이 {0}의 일부가 모듈이 아닙니다",
    "whether `{}` holds is not known": "`{0}`이(가) 참인지 알 수 없습니다",
    "setting `{}` is not understood": "`{0}`에 넣는 것을 알 수 없습니다",
    "{} values are set to {} names": "값 {0}개를 이름 {1}개에 넣습니다",
    "`{}` is not known": "`{0}`을(를) 알 수 없습니다",
    "this text is not known": "이 문자열을 알 수 없습니다",
    "this text made by % is not understood": "%로 만든 이 문자열을 알 수 없습니다",
    "`{}` is not known to be a dict": "`{0}`이(가) dict인지 알 수 없습니다",
    "only numbers and texts are understood as keys": "키로는 수와 문자열만 알 수 있습니다",
    "what `{}` holds is not known": "`{0}`에 무엇이 들었는지 알 수 없습니다",
    "`{}` has {} items": "`{0}`에는 항목이 {1}개 있습니다",
    "the values are not known": "값을 알 수 없습니다",
    "the number is larger than any of a network": "네트워크에 나올 수 없을 만큼 큰 수입니다",
    "the forward gives back {} values; the first is read": "forward가 값 {0}개를 돌려주어 첫 번째를 읽었습니다",
    "{}.forward gives nothing back; end it with `return x`": (
        "{0}.forward가 돌려주는 것이 없습니다. 끝에 `return x`를 쓰세요"
    ),
    "a Sequential takes its modules one by one: write nn.Sequential(*layers), and not the list itself": (
        "Sequential은 모듈을 하나씩 받습니다. 목록 그대로가 아니라 nn.Sequential(*layers)로 쓰세요"
    ),
    "`{}` is no module; write a layer made by its call, such as nn.ReLU()": (
        "`{0}`은(는) 모듈이 아닙니다. nn.ReLU()처럼 불러서 만든 층을 쓰세요"
    ),
    "{} is made of settings and then called: write nn.{}(…)(x)": (
        "{0}은(는) 설정으로 만든 다음 부릅니다. nn.{1}(…)(x)로 쓰세요"
    ),
    "a {} cannot be called; call its layers in a loop, or make it a Sequential": (
        "{0}은(는) 부를 수 없습니다. 층마다 반복문에서 부르거나 Sequential로 만드세요"
    ),
    "there is no {} among {}": "{0}이(가) 없습니다. 있는 것: {1}",
    "{} is not imported; read as nn.{}": "{0}을(를) import한 곳이 없어 nn.{1}(으)로 읽었습니다",
    "a {} has no add; read as append": "{0}에는 add가 없어 append로 읽었습니다",
    "{} is not defined here; read as self.{}": "{0}을(를) 정한 곳이 없어 self.{1}(으)로 읽었습니다",
    "{} is given its object first: write def {}({})": "{0}은(는) 객체를 먼저 받습니다. def {1}({2})(으)로 쓰세요",
    "{} has no forward; {} must be meant": "{0}에 forward가 없습니다. {1}을(를) 뜻한 것 같습니다",
    "the forward of {} stands inside of another method; indent it as far as __init__": (
        "{0}의 forward가 다른 메서드 안에 있습니다. __init__과 같은 깊이로 들여 쓰세요"
    ),
    "{} is no module of torch; write class {}(nn.Module)": (
        "{0}은(는) torch의 모듈이 아닙니다. class {1}(nn.Module)로 쓰세요"
    ),
    "`{}` finds no key {}; there is {}": "`{0}`에 {1} 키가 없습니다. 있는 것: {2}",
    "Python would stop here: {}": "Python이 여기서 멈춥니다: {0}",
    "`**{}` is not known": "`**{0}`을(를) 알 수 없습니다",
    "`super()` outside of a method is not understood": "메서드 밖의 `super()`를 알 수 없습니다",
    "calls are nested more than {} deep": "호출이 {0}겹보다 깊습니다",
    "{} is not given {}, which torch needs: write {}={}": (
        "{0}에 torch가 필요로 하는 {1}이(가) 없습니다. {2}={3}(으)로 쓰세요"
    ),
    "the name of this option is not known": "이 옵션의 이름을 알 수 없습니다",
    "{} is not given": "{0}이(가) 주어지지 않았습니다",
    "the bounds of a range are not known": "range의 범위를 알 수 없습니다",
    "this `{}` is not understood": "이 `{0}`을(를) 알 수 없습니다",
    "this type is not known": "이 자료형을 알 수 없습니다",
    "the exponent is larger than any network needs": "네트워크에 필요 없을 만큼 큰 지수입니다",
    "a list of {} items is longer than any network needs": "항목 {0}개의 목록은 네트워크에 필요 없을 만큼 깁니다",
    "the lists given here hold more than any network needs": "여기 목록들은 네트워크에 필요 없을 만큼 큽니다",
    "{} has no field {}": "{0}에는 필드 {1}이(가) 없습니다",
    "the network has more than {} layers": "네트워크의 층이 {0}개를 넘습니다",
    "the text raises an error here": "코드가 여기서 오류를 일으킵니다",
    "the size of this weight is not known": "이 가중치의 크기를 알 수 없습니다",
    "what {} does with its arguments is not known": "{0}이(가) 인자로 무엇을 하는지 알 수 없습니다",
    "this takes too long to walk through; left out": "훑는 데 너무 오래 걸려 뺐습니다",
    "{} needs {}; made as `{}`, as here": "{0}에는 {1}이(가) 필요해, 여기에서처럼 `{2}`로 만들었습니다",
    "it is not known here": "여기서는 알 수 없습니다",
    "it is something else": "다른 것입니다",
    "the text has more parts than any network; paste the network alone": (
        "어떤 네트워크보다도 긴 코드입니다. 네트워크만 붙여 넣으세요"
    ),
    "classes that come from more than {} others are not understood": (
        "다른 클래스 {0}개 넘게에서 이어지는 클래스는 알 수 없습니다"
    ),
    "'return' outside function": "함수 밖의 'return'입니다",
    "'break' outside loop": "반복문 밖의 'break'입니다",
    "'continue' not properly in loop": "반복문 밖의 'continue'입니다",
}
