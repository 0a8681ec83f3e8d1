//! Where alarms and metrics live.

/// One account in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its twelve digits.
    pub id: String,
    /// The region's code, such as `eu-west-1`.
    pub region: String,
}

impl Account {
    /// The part of AWS that the region belongs to.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        match self.region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The ARN of the alarm with this name.
    #[must_use]
    pub fn alarm_arn(&self, name: &str) -> String {
        format!("arn:{}:cloudwatch:{}:{}:alarm:{name}", self.partition(), self.region, self.id)
    }

    /// The ARN of the dashboard with this name; dashboards are of all regions.
    #[must_use]
    pub fn dashboard_arn(&self, name: &str) -> String {
        format!("arn:{}:cloudwatch::{}:dashboard/{name}", self.partition(), self.id)
    }
}

impl Default for Account {
    /// `000000000000` in `us-east-1`.
    fn default() -> Self {
        Self { id: "000000000000".to_owned(), region: "us-east-1".to_owned() }
    }
}
