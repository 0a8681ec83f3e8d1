"""What is counted of messages and events: queues, topics and rules, under CloudWatch's names."""

import contextvars
import json
import time

from gaps import hand_to_queue, is_there
from meter import Meter, after, replace

# SQS stops telling about a queue that nobody has used for so long.
IDLE_SECONDS = 6 * 3600
# After so many receipts SQS takes a message for poisoned, and tells the age of the next one.
POISONED_RECEIPTS = 3


def give_up(meter: Meter, arn: str, body: str, attributes: dict[str, str]) -> bool:
    """Hands what could not be delivered to a dead-letter queue, which counts it as sent."""
    is_kept = hand_to_queue(arn, body, attributes)
    if is_kept:
        values = {"NumberOfMessagesSent": 1, "SentMessageSize": len(body.encode())}
        meter.count("AWS/SQS", {"QueueName": arn.rsplit(":", 1)[-1]}, values)
    return is_kept


def count_queues(meter: Meter) -> None:
    from ministack.services import eventbridge, lambda_svc, sqs

    used: dict[str, float] = {}
    arrived: dict[str, float] = {}

    def count(queue_name: str, values: dict) -> None:
        used[queue_name] = time.time()
        meter.count("AWS/SQS", {"QueueName": queue_name}, values)

    def name_of(data: dict, url: str) -> str:
        return sqs._get_q(data.get("QueueUrl", url))["name"]

    def sent(queue_name: str, body: str) -> None:
        count(queue_name, {"NumberOfMessagesSent": 1, "SentMessageSize": len(body.encode())})

    def received(queue_name: str, messages: list) -> None:
        values = {"NumberOfMessagesReceived": len(messages)} if messages else {"NumberOfEmptyReceives": 1}
        count(queue_name, values)

    received_safely = meter.guarded(received)

    def make_receive(original):
        async def receive(data, url):
            answer = await original(data, url)
            received_safely(name_of(data, url), answer.get("Messages", []))
            return answer

        return receive

    def delivered(arn: str, body: str) -> None:
        if is_there(arn):
            sent(arn.rsplit(":", 1)[-1], body)

    replace(sqs, "_act_receive_message", make_receive)
    after(meter, sqs, "_act_send_message", lambda _a, _b, data, url: sent(name_of(data, url), data["MessageBody"]))
    after(meter, sqs, "_receive_messages_for_esm", lambda found, _b, url, _n: received(name_of({}, url), found))
    after(
        meter, sqs, "_act_delete_message",
        lambda _a, _b, data, url: count(name_of(data, url), {"NumberOfMessagesDeleted": 1}),
    )
    after(
        meter, sqs, "_act_delete_message_batch",
        lambda answer, _b, data, url: count(
            name_of(data, url), {"NumberOfMessagesDeleted": len(answer["Successful"])}
        ),
    )
    after(
        meter, sqs, "_delete_messages_for_esm",
        lambda _a, _b, url, handles: count(name_of({}, url), {"NumberOfMessagesDeleted": len(handles)}),
    )
    after(meter, eventbridge, "_dispatch_to_sqs", lambda _a, _b, spec, payload, *_s: delivered(str(spec), payload))
    after(
        meter, lambda_svc, "_route_async_failure",
        lambda _a, _b, arn, _f, event, _r: ":sqs:" in arn and delivered(arn, json.dumps(event)),
    )

    def gauge(queue: dict, now: float) -> dict:
        messages = list(queue["messages"])
        seen = [message.get("visible_at", now) <= now for message in messages]
        touched = [message.get("receive_count", 0) for message in messages]
        since = []
        for message, receipts in zip(messages, touched):
            if "DeadLetterQueueSourceArn" in message.get("sys", {}):
                # In a dead-letter queue a message's age begins anew.
                since.append(arrived.setdefault(f"{queue['name']} {message['id']}", now))
            elif receipts <= POISONED_RECEIPTS:
                since.append(message.get("sent_at", now))
        return {
            "ApproximateNumberOfMessagesVisible": sum(seen),
            "ApproximateNumberOfMessagesDelayed": sum(not s and not t for s, t in zip(seen, touched)),
            "ApproximateNumberOfMessagesNotVisible": sum(not s and t > 0 for s, t in zip(seen, touched)),
            "ApproximateAgeOfOldestMessage": max(0.0, now - min(since, default=now)),
        }

    def watch() -> None:
        now = time.time()
        queues = list(sqs._queues._data.values())
        for queue in queues:
            name = queue["name"]
            if queue["messages"] or name not in used:
                used[name] = now
            if now - used[name] <= IDLE_SECONDS:
                meter.count("AWS/SQS", {"QueueName": name}, gauge(queue, now), now)
        kept = {f"{queue['name']} {message['id']}" for queue in queues for message in list(queue["messages"])}
        for gone in arrived.keys() - kept:
            del arrived[gone]

    meter.each_second(watch, "meter-queues")


def count_topics(meter: Meter) -> None:
    from ministack.services import lambda_svc, sns, sqs

    publishing = contextvars.ContextVar("publishing", default=None)

    def count(arn: str, values: dict) -> None:
        meter.count("AWS/SNS", {"TopicName": arn.rsplit(":", 1)[-1]}, values)

    @meter.guarded
    def ended(topic_arn: str, endpoint: str, body: str, is_delivered: bool) -> None:
        if is_delivered:
            return count(topic_arn, {"NumberOfNotificationsDelivered": 1})
        count(topic_arn, {"NumberOfNotificationsFailed": 1})
        subscriptions = (sns._topic_by_arn_any_scope(topic_arn) or {}).get("subscriptions", [])
        policies = [one["attributes"].get("RedrivePolicy") for one in subscriptions if one["endpoint"] == endpoint]
        for policy in filter(None, policies):
            target = json.loads(policy)["deadLetterTargetArn"]
            is_kept = give_up(meter, target, body, {})
            metric = "NumberOfNotificationsRedrivenToDlq" if is_kept else "NumberOfNotificationsFailedToRedriveToDlq"
            count(topic_arn, {metric: 1})
        return None

    def make_fanout(original):
        def fanout(topic_arn, message_id, message, *arguments, **named):
            count(topic_arn, {"NumberOfMessagesPublished": 1, "PublishSize": len(message.encode())})
            token = publishing.set(topic_arn)
            try:
                return original(topic_arn, message_id, message, *arguments, **named)
            finally:
                publishing.reset(token)

        return fanout

    def matched(answer, _began, subscription, attributes, message=""):
        if answer:
            return
        values = {"NumberOfNotificationsFilteredOut": 1}
        if subscription["attributes"].get("FilterPolicyScope") == "MessageBody":
            try:
                json.loads(message)
            except ValueError:
                values["NumberOfNotificationsFilteredOut-InvalidMessageBody"] = 1
        elif not attributes:
            values["NumberOfNotificationsFilteredOut-NoMessageAttributes"] = 1
        count(subscription["topic_arn"], values)

    def make_deliver_to_queue(original):
        def deliver(endpoint, envelope, raw, raw_message, *arguments, topic_arn="", **named):
            account = topic_arn.split(":")[4]
            is_allowed = is_there(endpoint) and sqs.queue_policy_allows(
                endpoint, "sns.amazonaws.com", topic_arn, account
            )
            answer = original(endpoint, envelope, raw, raw_message, *arguments, topic_arn=topic_arn, **named)
            body = raw_message if raw else envelope
            if is_allowed:
                sent = {"NumberOfMessagesSent": 1, "SentMessageSize": len(body.encode())}
                meter.count("AWS/SQS", {"QueueName": endpoint.rsplit(":", 1)[-1]}, sent)
            ended(topic_arn, endpoint, body, is_allowed)
            return answer

        return deliver

    def make_deliver_to_function(original):
        def deliver(endpoint, envelope, topic_arn, *arguments):
            func, config, _ = lambda_svc._get_func_record_for_ref(endpoint)
            answer = original(endpoint, envelope, topic_arn, *arguments)
            ended(topic_arn, endpoint, envelope, bool(func and config))
            return answer

        return deliver

    def make_deliver_to_http(original):
        # The call comes from the topic's fan-out; its answer is awaited in a thread that knows of no topic.
        def deliver(endpoint, payload):
            topic_arn = publishing.get()

            async def for_topic():
                publishing.set(topic_arn)
                await original(endpoint, payload)

            return for_topic()

        return deliver

    def make_post(original):
        def post(endpoint, payload, kind):
            is_delivered = False
            try:
                status = original(endpoint, payload, kind)
                is_delivered = status < 300
                return status
            finally:
                if kind == "Notification" and publishing.get():
                    ended(publishing.get(), endpoint, payload, is_delivered)

        return post

    replace(sns, "_fanout", make_fanout)
    replace(sns, "_deliver_to_sqs", make_deliver_to_queue)
    replace(sns, "_deliver_to_lambda", make_deliver_to_function)
    replace(sns, "_deliver_to_http", make_deliver_to_http)
    replace(sns, "_http_post_sync", make_post)
    after(meter, sns, "_matches_filter_policy", matched)


def count_rules(meter: Meter) -> None:
    from ministack.services import eventbridge

    def count(rule: dict, values: dict) -> None:
        bus = rule.get("EventBusName", "default")
        by_bus = {} if bus == "default" else {"EventBusName": bus}
        meter.count("AWS/Events", {**by_bus, "RuleName": rule["Name"]}, values)

    def matched(answer, _began, _pattern, _view, owner="rule"):
        rule = eventbridge._rules.get(owner.removeprefix("rule ")) if answer else None
        if rule:
            count(rule, {"MatchedEvents": 1, "TriggeredRules": 1})

    @meter.guarded
    def invoked(target: dict, event: dict, rule: dict, is_reached: bool) -> None:
        values = {"Invocations": 1, "FailedInvocations": int(not is_reached)}
        key = eventbridge._rule_key(rule["Name"], rule.get("EventBusName", "default"))
        if event.get("DetailType") == "Scheduled Event" and target is eventbridge._targets.get(key, [None])[0]:
            values["TriggeredRules"] = 1
        letters = (target.get("DeadLetterConfig") or {}).get("Arn")
        if not is_reached and letters:
            why = {"RULE_ARN": rule["Arn"], "TARGET_ARN": target["Arn"], "ERROR_CODE": "RESOURCE_NOT_FOUND"}
            body = json.dumps(eventbridge._pattern_event_view(event).event_with_detail())
            is_kept = give_up(meter, letters, body, why)
            values["InvocationsSentToDlq" if is_kept else "InvocationsFailedToBeSentToDlq"] = 1
        count(rule, values)

    def make_invoke(original):
        def invoke(target, event, rule, *arguments):
            is_reached = is_there(target.get("Arn", ""))
            answer = original(target, event, rule, *arguments)
            invoked(target, event, rule, is_reached)
            return answer

        return invoke

    after(meter, eventbridge, "_matches_pattern_view", matched)
    replace(eventbridge, "_invoke_target", make_invoke)


def count_events(meter: Meter) -> None:
    """Entries of PutEvents requests, whoever makes them; AWS's own events come without one."""
    from ministack.services import eventbridge

    def put(answer, _began, data, allow_aws_source=False):
        status, _, body = answer
        if status < 400 and not allow_aws_source:
            failed = json.loads(body)["FailedEntryCount"]
            values = {"PutEventsEntriesCount": len(data["Entries"]), "PutEventsFailedEntriesCount": failed}
            meter.count("AWS/Events", {}, values)

    after(meter, eventbridge, "_put_events", put)
