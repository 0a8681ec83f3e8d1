"""Packages and deploys a SAM template to the endpoint in the environment.

Usage: deploy.py TEMPLATE STACK BUCKET WORK_FOLDER [NAME=VALUE …]

Packaging is `aws cloudformation package` itself. Its sibling `deploy` polls every 30 seconds, which is too slow for a
local stack, so creation and waiting are done here. Prints the stack's outputs as one JSON object on standard output;
what went wrong goes to standard error.
"""

import contextlib
import json
import pathlib
import sys
import time
import zipfile

import awscli.clidriver
import boto3

POLL_SECONDS = 0.1
DEADLINE_SECONDS = 120


def zip_fast() -> None:
    """The packages are read once, on this machine: a third of the time is worth more than a tenth of the size."""
    make = zipfile.ZipFile.__init__

    def make_fast(*arguments, **named):
        make(*arguments, **{"compresslevel": 1, **named})

    zipfile.ZipFile.__init__ = make_fast


def package(template: str, bucket: str, work: pathlib.Path) -> str:
    boto3.client("s3").create_bucket(Bucket=bucket)
    packaged = work / "packaged.yaml"
    arguments = ["cloudformation", "package", "--template-file", template, "--s3-bucket", bucket]
    with contextlib.redirect_stdout(sys.stderr):
        code = awscli.clidriver.create_clidriver().main([*arguments, "--output-template-file", str(packaged)])
    if code:
        sys.exit(f"aws cloudformation package ended with {code}")
    return packaged.read_text()


def deploy(stack: str, body: str, bucket: str, parameters: dict[str, str]) -> dict[str, str]:
    s3, cloudformation = boto3.client("s3"), boto3.client("cloudformation")
    # A call itself takes no template of more than 51,200 bytes.
    key = f"{stack}.template"
    s3.put_object(Bucket=bucket, Key=key, Body=body.encode())
    cloudformation.create_stack(
        StackName=stack,
        TemplateURL=f"{s3.meta.endpoint_url}/{bucket}/{key}",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        description = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = description["StackStatus"]
        if status == "CREATE_COMPLETE":
            return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
        if not status.endswith("_IN_PROGRESS"):
            sys.exit(f"stack {stack}: {status}\n{faults(cloudformation, stack)}")
        time.sleep(POLL_SECONDS)
    sys.exit(f"stack {stack}: not complete after {DEADLINE_SECONDS} s")


def faults(cloudformation, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    return "\n".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed)


def main() -> None:
    template, stack, bucket, work, *overrides = sys.argv[1:]
    parameters = dict(override.split("=", 1) for override in overrides)
    zip_fast()
    body = package(template, bucket, pathlib.Path(work))
    print(json.dumps(deploy(stack, body, bucket, parameters)))


main()
