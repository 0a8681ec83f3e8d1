//! What `Ref` and `Fn::GetAtt` of a resource give, by its type: a table after the "Return values" of each type's page in
//! the CloudFormation template reference.

/// One type of resource. The patterns hold names in braces:
///
/// - `{name}`: the physical name, from the property `name` or made up;
/// - `{id}`: what the service makes up at random, so a stand-in;
/// - `{arn:service}`: `arn:<partition>:<service>:<region>:<account>:`;
/// - `{partition}`, `{region}`, `{account}`, `{suffix}` (the domain of the partition);
/// - `{Property}` or `{Property|default}`: a property's value;
/// - `{bus/}`, `{bus|}`: the event bus of a rule and that sign, or nothing for the default bus;
/// - `{elb}`: `app` or `net`, by the type of a load balancer.
#[derive(Debug)]
pub(crate) struct ResourceType {
    pub(crate) name: &'static str,
    /// The property that holds the physical name; empty where there is none.
    pub(crate) name_property: &'static str,
    /// Whether the service keeps names in lower case.
    pub(crate) is_lower_case: bool,
    /// What `Ref` gives.
    pub(crate) reference: &'static str,
    /// What `Fn::GetAtt` gives, by attribute.
    pub(crate) attributes: &'static [(&'static str, &'static str)],
}

/// The type of that name, if the table has it.
pub(crate) fn find(name: &str) -> Option<&'static ResourceType> {
    TYPES.iter().find(|kind| kind.name == name)
}

type Attributes = &'static [(&'static str, &'static str)];

const fn kind(
    name: &'static str,
    name_property: &'static str,
    reference: &'static str,
    attributes: Attributes,
) -> ResourceType {
    ResourceType { name, name_property, is_lower_case: false, reference, attributes }
}

const fn lower(
    name: &'static str,
    name_property: &'static str,
    reference: &'static str,
    attributes: Attributes,
) -> ResourceType {
    ResourceType { name, name_property, is_lower_case: true, reference, attributes }
}

const LAMBDA: Attributes = &[("Arn", "{arn:lambda}function:{name}")];
const STATE_MACHINE: &str = "{arn:states}stateMachine:{name}";
const TABLE: Attributes =
    &[("Arn", "{arn:dynamodb}table/{name}"), ("StreamArn", "{arn:dynamodb}table/{name}/stream/{id}")];
const ALARM: Attributes = &[("Arn", "{arn:cloudwatch}alarm:{name}")];
const REST_API: Attributes = &[("RestApiId", "{id}"), ("RootResourceId", "{id}")];
const HTTP_API: Attributes = &[("ApiId", "{id}"), ("ApiEndpoint", "https://{id}.execute-api.{region}.{suffix}")];

const TYPES: &[ResourceType] = &[
    kind("AWS::ApiGateway::RestApi", "", "{id}", REST_API),
    kind("AWS::ApiGateway::Stage", "StageName", "{name}", &[]),
    kind("AWS::ApiGateway::UsagePlan", "UsagePlanName", "{id}", &[("Id", "{id}")]),
    kind("AWS::ApiGatewayV2::Api", "", "{id}", HTTP_API),
    kind("AWS::ApiGatewayV2::Stage", "StageName", "{name}", &[]),
    kind(
        "AWS::AutoScaling::AutoScalingGroup",
        "AutoScalingGroupName",
        "{name}",
        &[("AutoScalingGroupARN", "{arn:autoscaling}autoScalingGroup:{id}:autoScalingGroupName/{name}")],
    ),
    kind("AWS::CloudFront::Distribution", "", "{id}", &[("Id", "{id}"), ("DomainName", "{id}.cloudfront.net")]),
    kind("AWS::CloudWatch::Alarm", "AlarmName", "{name}", ALARM),
    kind("AWS::CloudWatch::CompositeAlarm", "AlarmName", "{name}", ALARM),
    kind("AWS::CloudWatch::Dashboard", "DashboardName", "{name}", &[]),
    kind("AWS::Cognito::UserPool", "", "{id}", &[("UserPoolId", "{id}"), ("Arn", "{arn:cognito-idp}userpool/{id}")]),
    kind("AWS::Cognito::UserPoolClient", "", "{id}", &[("ClientId", "{id}")]),
    kind("AWS::DynamoDB::GlobalTable", "TableName", "{name}", TABLE),
    kind("AWS::DynamoDB::Table", "TableName", "{name}", TABLE),
    kind("AWS::EC2::Instance", "", "{id}", &[("InstanceId", "{id}")]),
    kind("AWS::EC2::NatGateway", "", "{id}", &[("NatGatewayId", "{id}")]),
    kind("AWS::EC2::SecurityGroup", "GroupName", "{id}", &[("GroupId", "{id}")]),
    kind("AWS::EC2::Subnet", "", "{id}", &[("SubnetId", "{id}")]),
    kind("AWS::EC2::VPC", "", "{id}", &[("VpcId", "{id}")]),
    kind("AWS::EC2::Volume", "", "{id}", &[("VolumeId", "{id}")]),
    kind("AWS::ECR::Repository", "RepositoryName", "{name}", &[("Arn", "{arn:ecr}repository/{name}")]),
    kind("AWS::ECS::Cluster", "ClusterName", "{name}", &[("Arn", "{arn:ecs}cluster/{name}")]),
    kind(
        "AWS::ECS::Service",
        "ServiceName",
        "{arn:ecs}service/{Cluster|default}/{name}",
        &[("Name", "{name}"), ("ServiceArn", "{arn:ecs}service/{Cluster|default}/{name}")],
    ),
    kind(
        "AWS::EFS::FileSystem",
        "",
        "{id}",
        &[("FileSystemId", "{id}"), ("Arn", "{arn:elasticfilesystem}file-system/{id}")],
    ),
    lower("AWS::ElastiCache::CacheCluster", "ClusterName", "{name}", &[]),
    lower("AWS::ElastiCache::ReplicationGroup", "ReplicationGroupId", "{name}", &[]),
    kind(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "Name",
        "{arn:elasticloadbalancing}loadbalancer/{elb}/{name}/{id}",
        &[
            ("LoadBalancerFullName", "{elb}/{name}/{id}"),
            ("LoadBalancerName", "{name}"),
            ("LoadBalancerArn", "{arn:elasticloadbalancing}loadbalancer/{elb}/{name}/{id}"),
            ("DNSName", "{name}-{id}.{region}.elb.{suffix}"),
        ],
    ),
    kind(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "Name",
        "{arn:elasticloadbalancing}targetgroup/{name}/{id}",
        &[
            ("TargetGroupFullName", "targetgroup/{name}/{id}"),
            ("TargetGroupName", "{name}"),
            ("TargetGroupArn", "{arn:elasticloadbalancing}targetgroup/{name}/{id}"),
        ],
    ),
    kind("AWS::Events::EventBus", "Name", "{name}", &[("Arn", "{arn:events}event-bus/{name}"), ("Name", "{name}")]),
    // Of a rule on a bus of one's own, the documentation's "rule name" is `<bus>|<rule>` in practice.
    kind("AWS::Events::Rule", "Name", "{bus|}{name}", &[("Arn", "{arn:events}rule/{bus/}{name}")]),
    kind(
        "AWS::IAM::InstanceProfile",
        "InstanceProfileName",
        "{name}",
        &[("Arn", "arn:{partition}:iam::{account}:instance-profile{Path|/}{name}")],
    ),
    kind(
        "AWS::IAM::ManagedPolicy",
        "ManagedPolicyName",
        "arn:{partition}:iam::{account}:policy{Path|/}{name}",
        &[("PolicyArn", "arn:{partition}:iam::{account}:policy{Path|/}{name}")],
    ),
    kind(
        "AWS::IAM::Role",
        "RoleName",
        "{name}",
        &[("Arn", "arn:{partition}:iam::{account}:role{Path|/}{name}"), ("RoleId", "{id}")],
    ),
    kind("AWS::IAM::User", "UserName", "{name}", &[("Arn", "arn:{partition}:iam::{account}:user{Path|/}{name}")]),
    kind("AWS::KMS::Alias", "AliasName", "{name}", &[]),
    kind("AWS::KMS::Key", "", "{id}", &[("KeyId", "{id}"), ("Arn", "{arn:kms}key/{id}")]),
    kind("AWS::Kinesis::Stream", "Name", "{name}", &[("Arn", "{arn:kinesis}stream/{name}")]),
    kind(
        "AWS::KinesisFirehose::DeliveryStream",
        "DeliveryStreamName",
        "{name}",
        &[("Arn", "{arn:firehose}deliverystream/{name}")],
    ),
    kind(
        "AWS::Lambda::EventSourceMapping",
        "",
        "{id}",
        &[("Id", "{id}"), ("EventSourceMappingArn", "{arn:lambda}event-source-mapping:{id}")],
    ),
    kind("AWS::Lambda::Function", "FunctionName", "{name}", LAMBDA),
    kind(
        "AWS::Lambda::LayerVersion",
        "LayerName",
        "{arn:lambda}layer:{name}:1",
        &[("LayerVersionArn", "{arn:lambda}layer:{name}:1")],
    ),
    kind("AWS::Logs::LogGroup", "LogGroupName", "{name}", &[("Arn", "{arn:logs}log-group:{name}:*")]),
    kind(
        "AWS::OpenSearchService::Domain",
        "DomainName",
        "{name}",
        &[("Arn", "{arn:es}domain/{name}"), ("DomainArn", "{arn:es}domain/{name}")],
    ),
    kind("AWS::Pipes::Pipe", "Name", "{name}", &[("Arn", "{arn:pipes}pipe/{name}")]),
    lower(
        "AWS::RDS::DBCluster",
        "DBClusterIdentifier",
        "{name}",
        &[
            ("DBClusterArn", "{arn:rds}cluster:{name}"),
            ("Endpoint.Address", "{name}.cluster-{id}.{region}.rds.{suffix}"),
        ],
    ),
    lower(
        "AWS::RDS::DBInstance",
        "DBInstanceIdentifier",
        "{name}",
        &[("DBInstanceArn", "{arn:rds}db:{name}"), ("Endpoint.Address", "{name}.{id}.{region}.rds.{suffix}")],
    ),
    lower(
        "AWS::S3::Bucket",
        "BucketName",
        "{name}",
        &[
            ("Arn", "arn:{partition}:s3:::{name}"),
            ("DomainName", "{name}.s3.{suffix}"),
            ("RegionalDomainName", "{name}.s3.{region}.{suffix}"),
            ("DualStackDomainName", "{name}.s3.dualstack.{region}.{suffix}"),
            ("WebsiteURL", "http://{name}.s3-website-{region}.{suffix}"),
        ],
    ),
    kind("AWS::SNS::Subscription", "", "{TopicArn}:{id}", &[("Arn", "{TopicArn}:{id}")]),
    kind(
        "AWS::SNS::Topic",
        "TopicName",
        "{arn:sns}{name}",
        &[("TopicArn", "{arn:sns}{name}"), ("TopicName", "{name}")],
    ),
    kind(
        "AWS::SQS::Queue",
        "QueueName",
        "https://sqs.{region}.{suffix}/{account}/{name}",
        &[
            ("Arn", "{arn:sqs}{name}"),
            ("QueueName", "{name}"),
            ("QueueUrl", "https://sqs.{region}.{suffix}/{account}/{name}"),
        ],
    ),
    kind("AWS::SSM::Parameter", "Name", "{name}", &[("Value", "{Value}"), ("Type", "{Type}")]),
    kind(
        "AWS::Scheduler::Schedule",
        "Name",
        "{name}",
        &[("Arn", "{arn:scheduler}schedule/{GroupName|default}/{name}")],
    ),
    kind("AWS::Scheduler::ScheduleGroup", "Name", "{name}", &[("Arn", "{arn:scheduler}schedule-group/{name}")]),
    kind(
        "AWS::SecretsManager::Secret",
        "Name",
        "{arn:secretsmanager}secret:{name}-{id}",
        &[("Id", "{arn:secretsmanager}secret:{name}-{id}")],
    ),
    kind("AWS::Serverless::Api", "", "{id}", REST_API),
    kind("AWS::Serverless::Function", "FunctionName", "{name}", LAMBDA),
    kind("AWS::Serverless::HttpApi", "", "{id}", HTTP_API),
    kind("AWS::Serverless::SimpleTable", "TableName", "{name}", TABLE),
    kind("AWS::Serverless::StateMachine", "Name", STATE_MACHINE, &[("Arn", STATE_MACHINE), ("Name", "{name}")]),
    kind(
        "AWS::StepFunctions::Activity",
        "Name",
        "{arn:states}activity:{name}",
        &[("Arn", "{arn:states}activity:{name}"), ("Name", "{name}")],
    ),
    kind(
        "AWS::StepFunctions::StateMachine",
        "StateMachineName",
        STATE_MACHINE,
        &[("Arn", STATE_MACHINE), ("Name", "{name}")],
    ),
    kind(
        "AWS::WAFv2::WebACL",
        "Name",
        "{name}|{id}|{Scope}",
        &[("Arn", "{arn:wafv2}regional/webacl/{name}/{id}"), ("Id", "{id}")],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_braces_close() {
        assert!(TYPES.windows(2).all(|pair| pair[0].name < pair[1].name), "sorted, each type once");
        for kind in TYPES {
            for (_, pattern) in kind.attributes.iter().chain(&[("Ref", kind.reference)]) {
                assert_eq!(pattern.matches('{').count(), pattern.matches('}').count(), "{} {pattern}", kind.name);
            }
        }
    }
}
