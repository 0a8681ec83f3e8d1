//! The ledger's table: reads, and writes under a condition.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::{put_item::PutItemError, query::builders::QueryFluentBuilder, update_item::UpdateItemError},
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use serde::Serialize;

use super::item::{self, Item};
use crate::{CloudError, SdkResult as _};

/// One DynamoDB table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) client: Client,
    pub(super) name: String,
}

/// What became of a write with a condition.
pub(super) enum Written {
    /// The item after the write; empty for a put.
    Done(Item),
    /// The condition does not hold; the item as it stands, if there is one.
    Refused(Option<Item>),
}

/// One `UpdateItem` in the making. Every name goes through a placeholder, since DynamoDB reserves many words.
#[derive(Default)]
pub(super) struct Update {
    sets: Vec<String>,
    removes: Vec<String>,
    adds: Vec<String>,
    deletes: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Update {
    pub(super) fn set(mut self, name: &str, value: AttributeValue) -> Self {
        self.sets.push(format!("#{name} = :{name}"));
        self.names.insert(format!("#{name}"), name.to_owned());
        self.values.insert(format!(":{name}"), value);
        self
    }

    pub(super) fn remove(mut self, name: &str) -> Self {
        self.removes.push(format!("#{name}"));
        self.naming(name)
    }

    pub(super) fn append(mut self, name: &str, entry: &impl Serialize) -> Self {
        self.sets.push(format!("#{name} = list_append(#{name}, :{name})"));
        self.names.insert(format!("#{name}"), name.to_owned());
        self.values.insert(format!(":{name}"), AttributeValue::L(vec![item::value_of(entry)]));
        self
    }

    /// Adds texts to a set of texts, which begins with them where there is none.
    pub(super) fn add_to_set(mut self, name: &str, texts: Vec<String>) -> Self {
        self.adds.push(format!("#{name} :{name}"));
        self.values.insert(format!(":{name}"), AttributeValue::Ss(texts));
        self.naming(name)
    }

    /// Takes texts out of a set of texts; the last one takes the attribute with it.
    pub(super) fn delete_from_set(mut self, name: &str, texts: Vec<String>) -> Self {
        self.deletes.push(format!("#{name} :{name}"));
        self.values.insert(format!(":{name}"), AttributeValue::Ss(texts));
        self.naming(name)
    }

    fn expression(&self) -> String {
        let clauses = [("SET", &self.sets), ("REMOVE", &self.removes), ("ADD", &self.adds), ("DELETE", &self.deletes)];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn with(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }

    pub(super) fn naming(mut self, name: &str) -> Self {
        self.names.insert(format!("#{name}"), name.to_owned());
        self
    }
}

impl Table {
    /// One item, as of now.
    pub(super) async fn item(&self, key: Item) -> Result<Option<Item>, CloudError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key))
            .consistent_read(true)
            .send()
            .await
            .of_call(|| self.action("GetItem"))?;
        Ok(answer.item)
    }

    /// Puts an item under a condition. The one that stands in the way comes back with the refusal, or is read.
    pub(super) async fn put(
        &self,
        item: Item,
        condition: &str,
        names: HashMap<String, String>,
        values: HashMap<String, AttributeValue>,
    ) -> Result<Written, CloudError> {
        let key = key_of(&item);
        let answer = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression(condition)
            .set_expression_attribute_names((!names.is_empty()).then_some(names))
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Written::Done(Item::new())),
            Err(SdkError::ServiceError(refused))
                if matches!(refused.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                let standing = match refused.into_err() {
                    PutItemError::ConditionalCheckFailedException(refusal) => refusal.item,
                    _ => None,
                };
                self.refused(standing, key).await
            }
            Err(error) => Err(CloudError::from_sdk(error, self.action("PutItem"))),
        }
    }

    /// Changes an item under a condition.
    pub(super) async fn update(&self, key: Item, update: Update, condition: &str) -> Result<Written, CloudError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key.clone()))
            .update_expression(update.expression())
            .condition_expression(condition)
            .set_expression_attribute_names(Some(update.names))
            .set_expression_attribute_values(Some(update.values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(Written::Done(answer.attributes.unwrap_or_default())),
            Err(SdkError::ServiceError(refused))
                if matches!(refused.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                let standing = match refused.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(refusal) => refusal.item,
                    _ => None,
                };
                self.refused(standing, key).await
            }
            Err(error) => Err(CloudError::from_sdk(error, self.action("UpdateItem"))),
        }
    }

    /// Deletes an item; the item that was there.
    pub(super) async fn delete(&self, key: Item) -> Result<Option<Item>, CloudError> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .of_call(|| self.action("DeleteItem"))?;
        Ok(answer.attributes.filter(|item| !item.is_empty()))
    }

    /// The items of a partition, as of now, in the order of their sort keys; with `prefix`, only those whose sort key
    /// begins so.
    pub(super) async fn partition(&self, pk: &str, prefix: Option<AttributeValue>) -> Result<Vec<Item>, CloudError> {
        let condition = match prefix {
            Some(_) => "#pk = :pk AND begins_with(#sk, :prefix)",
            None => "#pk = :pk",
        };
        let mut query = self.query(pk).key_condition_expression(condition);
        if let Some(prefix) = prefix {
            query = query.expression_attribute_names("#sk", item::SK).expression_attribute_values(":prefix", prefix);
        }
        let mut pages = query.into_paginator().items().send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.of_call(|| self.action("Query"))?);
        }
        Ok(items)
    }

    /// The last `limit` items of a partition, as of now, last first.
    pub(super) async fn newest(&self, pk: &str, limit: usize) -> Result<Vec<Item>, CloudError> {
        let page = i32::try_from(limit.clamp(1, 1000)).expect("at most 1000");
        let query = self.query(pk).key_condition_expression("#pk = :pk").scan_index_forward(false).limit(page);
        let mut pages = query.into_paginator().items().send();
        let mut items = Vec::new();
        while items.len() < limit
            && let Some(item) = pages.next().await
        {
            items.push(item.of_call(|| self.action("Query"))?);
        }
        Ok(items)
    }

    fn query(&self, pk: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .expression_attribute_names("#pk", item::PK)
            .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
    }

    async fn refused(&self, standing: Option<Item>, key: Item) -> Result<Written, CloudError> {
        Ok(Written::Refused(match standing {
            Some(item) if !item.is_empty() => Some(item),
            _ => self.item(key).await?,
        }))
    }

    pub(super) fn action(&self, operation: &str) -> String {
        format!("{operation} {}", self.name)
    }
}

fn key_of(item: &Item) -> Item {
    item.iter()
        .filter(|(name, _)| *name == item::PK || *name == item::SK)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
