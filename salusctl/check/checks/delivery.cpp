#include "salusctl/check/checks/delivery.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/http/url.h"
#include "healer/config/config.h"
#include "salusctl/check/checks/alert_labels.h"

namespace healer::salusctl::check {
namespace {

constexpr std::string_view kPath = "/api/v1/alerts";
constexpr std::string_view kPulse = "Watchdog";

std::string address_of(const base::BaseUrl& url) {
  base::Endpoint endpoint = url.endpoint;
  if (endpoint.host == "localhost" || endpoint.host == "::1") endpoint.host = "127.0.0.1";
  return endpoint.str();
}

bool is_healers(const Webhook& webhook) {
  const auto url = base::parse_base_url(webhook.url);
  return url && url->prefix.ends_with(kPath);
}

void check_webhook(const AlertmanagerConfig& config, const Webhook& webhook, const std::string& healer_url,
                   const std::string& token_file, std::vector<Finding>& findings) {
  const auto here = base::parse_base_url(healer_url);
  const auto there = base::parse_base_url(webhook.url);
  if (here && there && address_of(*here) != address_of(*there)) {
    findings.push_back({Severity::kError, "webhook-address", config.file, webhook.url_line,
                        fmt::format("the webhook sends to {}, but the healer listens on {}",
                                    address_of(*there), address_of(*here)),
                        "no alert reaches the healer: nothing is healed and the policy is tightened",
                        "correct the URL, or set --url to the address of the healer"});
  }
  if (!webhook.send_resolved) {
    findings.push_back({Severity::kError, "webhook-resolved", config.file, webhook.send_resolved_line,
                        "the webhook does not send resolved alerts",
                        "the healer verifies actions and loosens the policy late",
                        "set send_resolved: true"});
  }
  if (webhook.inline_credentials) {
    findings.push_back({Severity::kWarning, "webhook-token", config.file, webhook.credentials_line,
                        "the file contains the healer's token",
                        "everyone who can read the file knows the token",
                        "set credentials_file to the token's file"});
  } else if (webhook.credentials_file.empty()) {
    findings.push_back({Severity::kError, "webhook-token", config.file, webhook.credentials_line,
                        "the webhook sends no token", "the healer rejects it with status 401",
                        fmt::format("add http_config.authorization.credentials_file: {}",
                                    token_file.empty() ? "the token_file of healer.yml" : token_file)});
  } else if (!token_file.empty() && webhook.credentials_file != token_file) {
    findings.push_back({Severity::kWarning, "webhook-token", config.file, webhook.credentials_line,
                        fmt::format("credentials_file is {}, but token_file of healer.yml is {}",
                                    webhook.credentials_file, token_file),
                        "the healer rejects every other token",
                        "use the same file, or one with the same content"});
  }
}

// The healer learns other names from deliveries; until then it does not use Alertmanager's list.
void check_names(const AlertmanagerConfig& config, const Configured& configured,
                 const std::set<std::string>& healers, std::vector<Finding>& findings) {
  const std::vector<std::string> defaults = Config().alertmanager_receivers;
  const std::set<std::string> known = configured.receivers.empty()
                                          ? std::set<std::string>(defaults.begin(), defaults.end())
                                          : configured.receivers;
  for (const Receiver& receiver : config.receivers) {
    if (!healers.contains(receiver.name) || known.contains(receiver.name)) continue;
    findings.push_back(
        {Severity::kWarning, "receiver-name", config.file, receiver.line,
         fmt::format("alertmanager_receivers does not name the healer's receiver {}", receiver.name),
         "after a start the healer ignores alerts of this receiver until its first delivery",
         fmt::format("set alertmanager_receivers: [{}] in healer.yml", receiver.name)});
  }
}

void check_muting(const AlertmanagerConfig& config, const Route& route, const std::set<std::string>& healers,
                  std::vector<Finding>& findings) {
  if (route.muted && healers.contains(route.receiver)) {
    findings.push_back(
        {Severity::kError, "route-muted", config.file, route.line,
         "the route to the healer has time intervals",
         "while the route is muted, nothing is healed and the healer does not receive Watchdog",
         "remove mute_time_intervals and active_time_intervals from it"});
  }
  for (const Route& child : route.routes) check_muting(config, child, healers, findings);
}

// Whether no alert with these labels has a value for it.
bool is_empty(const PossibleLabels& way, std::string_view label) {
  const auto found = way.find(label);
  return found != way.end() && found->second == std::set<std::string>{""};
}

// The label combinations with which the healer must receive the alert.
std::vector<PossibleLabels> ways_to_healer(const Rule& rule) {
  std::vector<PossibleLabels> ways = possible_labels(rule);
  if (rule.name == kPulse) return ways;
  // A playbook that the series names: routes ask only whether there is one, and without one the healer need
  // not receive the alert.
  for (PossibleLabels& way : ways) way.try_emplace("heal", std::set<std::string>{"named by the series"});
  std::erase_if(ways,
                [&](const PossibleLabels& way) { return is_empty(way, "heal") && is_empty(way, "policy"); });
  return ways;
}

std::string list_of(const std::set<std::string>& names) {
  std::vector<std::string> first(
      names.begin(), std::next(names.begin(), static_cast<long>(std::min<std::size_t>(3, names.size()))));
  return names.size() <= 3 ? fmt::format("{}", fmt::join(first, ", "))
                           : fmt::format("{} and {} more", fmt::join(first, ", "), names.size() - 3);
}

void check_routes(const AlertmanagerConfig& config, const Rulebook& book,
                  const std::set<std::string>& healers, std::vector<Finding>& findings) {
  std::set<std::string> never;
  std::set<std::string> sometimes;
  for (const Rule& rule : book.rules) {
    if (!rule.is_alert) continue;
    for (const PossibleLabels& way : ways_to_healer(rule)) {
      const Truth truth = reaches(config.root, way, healers);
      if (truth == Truth::kNo) never.insert(rule.name);
      if (truth == Truth::kMaybe) sometimes.insert(rule.name);
    }
  }
  if (never.erase(std::string(kPulse)) + sometimes.erase(std::string(kPulse)) > 0) {
    findings.push_back({Severity::kError, "route-watchdog", config.file, config.root.line,
                        "no route sends Watchdog to the healer",
                        "without Watchdog the healer assumes that monitoring is down and tightens the policy",
                        "send it by the route with policy != \"\" and a repeat_interval of 30s"});
  }
  for (const std::string& name : never) sometimes.erase(name);
  if (!never.empty()) {
    findings.push_back(
        {Severity::kError, "route-healer", config.file, config.root.line,
         fmt::format("no route sends {} to the healer", list_of(never)),
         "their labels heal and policy have no effect",
         "put routes with heal != \"\" and with policy != \"\" before all others, with continue: true"});
  }
  if (!sometimes.empty()) {
    findings.push_back(
        {Severity::kWarning, "route-healer", config.file, config.root.line,
         fmt::format("whether the healer receives {} depends on other labels", list_of(sometimes)),
         "a route before the healer's may match them first",
         "put the healer's routes before all others, with continue: true"});
  }
}

// The one value that a matcher allows the label; empty: it may have several.
std::string only_value(const std::vector<Matcher>& matchers, std::string_view label) {
  const auto found = std::ranges::find_if(
      matchers, [&](const Matcher& each) { return each.label == label && each.op == "="; });
  return found == matchers.end() ? "" : found->value;
}

bool depends_on(const base::Inventory& inventory, std::string_view dependent, std::string_view parent) {
  const base::Subsystem* subsystem = inventory.find(dependent);
  return subsystem != nullptr && std::ranges::any_of(subsystem->depends_on, [&](const std::string& each) {
           return each == parent || depends_on(inventory, each, parent);
         });
}

// An inhibition of a subsystem by one it depends on: the healer waits for the other to be healed in any case.
bool spares_people_only(const Inhibition& inhibition, const base::Inventory& inventory) {
  const std::string source = only_value(inhibition.source, "subsystem");
  const std::string target = only_value(inhibition.target, "subsystem");
  return !source.empty() && !target.empty() && depends_on(inventory, target, source);
}

void check_inhibitions(const AlertmanagerConfig& config, const Rulebook& book,
                       const base::Inventory& inventory, std::vector<Finding>& findings) {
  for (const Inhibition& inhibition : config.inhibitions) {
    std::set<std::string> silenced;
    for (const Rule& rule : book.rules) {
      if (!rule.is_alert) continue;
      for (const PossibleLabels& way : ways_to_healer(rule)) {
        if (fits(inhibition.target, way) == Truth::kNo) continue;
        if (!is_empty(way, "policy") || !spares_people_only(inhibition, inventory))
          silenced.insert(rule.name);
      }
    }
    if (silenced.empty()) continue;
    findings.push_back(
        {Severity::kError, "inhibits-healer", config.file, inhibition.line,
         fmt::format("the inhibition may silence {}", list_of(silenced)),
         "an inhibited alert is not healed, and its policy reaches the healer late",
         "add heal = \"\" and policy = \"\" to target_matchers, or name one subsystem in source and target "
         "that depends on the other"});
  }
}

}  // namespace

void check_delivery(const AlertmanagerConfig& config, const Rulebook& book, const Configured& configured,
                    const std::string& healer_url, std::vector<Finding>& findings) {
  std::set<std::string> healers;
  for (const Receiver& receiver : config.receivers) {
    for (const Webhook& webhook : receiver.webhooks) {
      if (!is_healers(webhook)) continue;
      healers.insert(receiver.name);
      check_webhook(config, webhook, healer_url, configured.token_file, findings);
    }
  }
  check_inhibitions(config, book, configured.inventory, findings);
  if (healers.empty()) {
    findings.push_back(
        {Severity::kError, "receiver-missing", config.file, 1,
         fmt::format("no receiver has a webhook whose URL ends in {}", kPath), "no alert reaches the healer",
         fmt::format("add a receiver with webhook_configs: [{{url: {}{}}}]", healer_url, kPath)});
    return;
  }
  check_names(config, configured, healers, findings);
  check_muting(config, config.root, healers, findings);
  check_routes(config, book, healers, findings);
  if (book.alert(kPulse) == nullptr && !book.files.empty()) {
    findings.push_back({Severity::kError, "alert-unknown", book.files.front(), 1,
                        "there is no alert Watchdog",
                        "without Watchdog the healer assumes that monitoring is down and tightens the policy",
                        "add the alert Watchdog of rules/pipeline.rules.yml"});
  }
}

}  // namespace healer::salusctl::check
