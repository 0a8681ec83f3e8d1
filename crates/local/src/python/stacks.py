"""What ministack's CloudFormation does otherwise than AWS's, where a deployment that fails depends on it."""

PROTECTION = "DeletionProtectionEnabled"


def heed_deletion_protection() -> None:
    """A parameter of a stack is a text, and CloudFormation makes of it what the property wants; ministack leaves the text
    `false`, which it then takes for true. DynamoDB refuses to delete a protected table, to CloudFormation too; ministack's
    takes the table out of the service's memory itself."""
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def typed(properties: dict) -> dict:
        if PROTECTION not in properties:
            return properties
        return {**properties, PROTECTION: str(properties[PROTECTION]).lower() == "true"}

    def create_typed(logical_id, properties, *more):
        return create(logical_id, typed(properties), *more)

    def update_typed(name, before, after, *more):
        return update(name, typed(before), typed(after), *more)

    def delete_unprotected(name, properties, *more):
        if (dynamodb._tables.get(name) or {}).get(PROTECTION):
            raise ValueError(f"Resource cannot be deleted as it is currently protected against deletion: {name}")
        return delete(name, properties, *more)

    handlers.update(create=create_typed, update=update_typed, delete=delete_unprotected)
