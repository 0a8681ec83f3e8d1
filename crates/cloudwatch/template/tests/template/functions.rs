//! Functions on text, lists and maps.

use super::{fail, give};

#[test]
fn sub_puts_names_in() {
    give(&[
        ("!Sub 'a-${Name}-${AWS::Region}'", "a-orders-us-east-1"),
        ("!Sub '${Queue.Arn}/x'", "arn:aws:sqs:us-east-1:123456789012:web-orders/x"),
        ("!Sub '${!Name} ${ Name } $Name ${}'", "${Name} orders $Name ${}"),
        ("!Sub ['${A}-${Name}', {A: !Ref AWS::StackName}]", "web-orders"),
        ("!Sub ['${Name}', {Name: mine}]", "mine"),
        ("{'Fn::Sub': plain}", "plain"),
    ]);
    fail(&[
        ("!Sub '${Nome}'", "no parameter or resource `Nome`"),
        ("!Sub '${Names}'", "${Names} must be text, is a list"),
        ("!Sub '${AWS::NoValue}'", "is AWS::NoValue"),
        ("!Sub '${Nothing.Arn}'", "no resource `Nothing`"),
        ("!Sub ['a', b]", "is written as"),
        ("!Sub {a: b}", "the text must stand here itself"),
        ("!Sub ['${A}', {A: !Ref Names}]", "must be text, is a list"),
    ]);
}

#[test]
fn join_split_and_select_work_on_lists() {
    give(&[
        ("!Join ['-', [a, !Ref Name, 5, true]]", "a-orders-5-true"),
        ("!Join ['', !Ref Names]", "ordersprices"),
        ("!Join [',', [a, !Ref AWS::NoValue, b]]", "a,b"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Ref Names]", "orders"),
        ("!Select [2, !Split ['|', 'a|b|c']]", "c"),
        ("!Join ['+', !Split ['::', 'a::b::']]", "a+b+"),
    ]);
    fail(&[
        ("!Join ['-']", "is written as [delimiter, [values]]"),
        ("!Join ['-', a]", "must be a list"),
        ("!Join ['-', [[a]]]", "must be text, is a list"),
        ("!Select [2, [a, b]]", "there is no value 2: the list has 2"),
        ("!Select [-1, [a]]", "the index must be"),
        ("!Split ['', 'a']", "the delimiter is empty"),
        ("!Split ['-', !Ref Names]", "must be text"),
        ("!Split ['-', 'a-b']", "must be text, is a list"),
    ]);
}

#[test]
fn maps_are_searched_by_two_keys() {
    give(&[
        ("!FindInMap [Limits, orders, Errors]", "5"),
        ("!FindInMap [Limits, !Ref Name, Errors]", "5"),
        ("!FindInMap [Limits, !Ref AWS::Region, Errors]", "7"),
        ("!Join ['', !FindInMap [Limits, orders, Zones]]", "ab"),
        ("!FindInMap [Limits, prices, Errors, {DefaultValue: 9}]", "9"),
        ("!FindInMap [Limits, orders, Nothing, {DefaultValue: !Ref Name}]", "orders"),
        ("!FindInMap [Limits, !Select [0, !Ref Names], Errors]", "5"),
    ]);
    fail(&[
        ("!FindInMap [Limits, prices, Errors]", "Mappings/Limits has no key `prices`; it has orders, us-east-1"),
        ("!FindInMap [Limit, orders, Errors]", "Mappings has no key `Limit`"),
        ("!FindInMap [Limits, orders, Error]", "Mappings/Limits/orders has no key `Error`"),
        ("!FindInMap [Limits, orders]", "is written as"),
        ("!FindInMap [Limits, orders, Errors, 9]", "must be {DefaultValue: value}"),
    ]);
}

#[test]
fn exports_are_imported() {
    give(&[("!ImportValue base-topic", "arn:x"), ("{'Fn::ImportValue': !Join ['-', [base, topic]]}", "arn:x")]);
    fail(&[("!ImportValue base-queue", "no stack exports `base-queue`; the exports that are known: base-topic")]);
}

#[test]
fn the_rest_of_the_functions() {
    give(&[
        ("!Base64 'hello'", "aGVsbG8="),
        ("{'Fn::Base64': !Sub '${Name}'}", "b3JkZXJz"),
        ("!Select [1, !Cidr ['10.0.0.0/16', 2, 8]]", "10.0.1.0/24"),
        ("!Length [a, b, c]", "3"),
        ("!Length {Ref: Names}", "2"),
        ("!Length {'Fn::Split': ['-', 'a-b-c-d']}", "4"),
        (
            "!ToJsonString {b: 1, a: [true, null, '\"', !Ref Name], c: 1.50, d: .5}",
            r#"{"b":1,"a":[true,null,"\"","orders"],"c":1.5,"d":0.5}"#,
        ),
        ("!ToJsonString [a, !Ref AWS::NoValue]", r#"["a"]"#),
    ]);
    fail(&[
        ("!GetAZs ''", "not known offline"),
        ("!Cidr ['10.0.0.0/24', 300, 8]", "has no 300 blocks"),
        ("!Length abc", "must be a list"),
        ("!ToJsonString abc", "must be a list or a mapping"),
        ("!Transform {Name: AWS::Include}", "a macro runs in AWS"),
        ("{'Fn::Upper': a}", "`Fn::Upper` is no function of CloudFormation that is supported"),
        ("{'Fn::Sub': a, 'Fn::Join': b}", "must be the only key"),
        ("!Equals [a, b]", "declare it under Conditions"),
        ("[a]", "must be text, is a list"),
    ]);
}
