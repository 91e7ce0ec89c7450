#include "salusctl/check/inputs/route_tree.h"

namespace healer::salusctl::check {
namespace {

using base::yaml::Node;

// matchers: [...], match: {a: b}, match_re: {a: b.*}; the last two with a prefix for inhibitions.
std::vector<Matcher> read_matchers(const Node& node, const std::string& prefix) {
  std::vector<Matcher> matchers;
  if (const Node list = node.optional(prefix + "matchers"); list.present()) {
    for (const Node& each : list.items()) {
      const auto parsed = parse_matchers(each.string());
      if (!parsed) {
        each.problem(parsed.error().message);
        continue;
      }
      matchers.insert(matchers.end(), parsed->begin(), parsed->end());
    }
  }
  for (const auto& [key, op] : {std::pair{"match", "="}, std::pair{"match_re", "=~"}}) {
    const Node map = node.optional(prefix + key);
    if (!map.present()) continue;
    for (const auto& [label, value] : map.entries()) matchers.push_back({label, op, value.string()});
  }
  return matchers;
}

Route read_route(const Node& node, const std::string& inherited) {
  Route route;
  route.line = node.line();
  route.receiver = node.optional("receiver").string(inherited);
  route.matchers = read_matchers(node, "");
  route.goes_on = node.optional("continue").boolean(false);
  route.muted =
      node.optional("mute_time_intervals").present() || node.optional("active_time_intervals").present();
  const Node routes = node.optional("routes");
  if (!routes.present()) return route;
  for (const Node& child : routes.items()) route.routes.push_back(read_route(child, route.receiver));
  return route;
}

Webhook read_webhook(const Node& node) {
  Webhook webhook;
  webhook.line = node.line();
  if (const Node url = node.optional("url"); url.present()) {
    webhook.url = url.string();
    webhook.url_line = url.line();
  }
  webhook.send_resolved_line = node.line();
  if (const Node send = node.optional("send_resolved"); send.present()) {
    webhook.send_resolved = send.boolean(true);
    webhook.send_resolved_line = send.line();
  }
  webhook.credentials_line = node.line();
  const Node http = node.optional("http_config");
  if (!http.is_map()) return webhook;
  const Node authorization = http.optional("authorization");
  Node file = http.optional("bearer_token_file");
  webhook.inline_credentials = http.optional("bearer_token").present();
  if (authorization.is_map()) {
    file = authorization.optional("credentials_file");
    webhook.inline_credentials |= authorization.optional("credentials").present();
  }
  if (file.present()) {
    webhook.credentials_file = file.string();
    webhook.credentials_line = file.line();
  }
  return webhook;
}

Receiver read_receiver(const Node& node) {
  Receiver receiver{node.required("name").string(), node.line(), {}};
  if (const Node webhooks = node.optional("webhook_configs"); webhooks.present()) {
    for (const Node& webhook : webhooks.items()) receiver.webhooks.push_back(read_webhook(webhook));
  }
  return receiver;
}

struct Certainty {
  bool always = false;
  bool ever = false;
};

// The result for an alert that has reached this route.
Certainty descend(const Route& route, const PossibleLabels& labels, const std::set<std::string>& receivers) {
  const bool here = receivers.contains(route.receiver);
  // From the last child to the first: the result for an alert that reaches this child, whether or not a child
  // before it has matched.
  Certainty fitted{};  // at the end, if a child has matched: no further receiver
  Certainty fitted_none{here, here};
  for (auto child = route.routes.rbegin(); child != route.routes.rend(); ++child) {
    const Truth truth = fits(child->matchers, labels);
    if (truth == Truth::kNo) continue;
    const Certainty below = descend(*child, labels, receivers);
    Certainty taken = below;
    if (child->goes_on) taken = {below.always || fitted.always, below.ever || fitted.ever};
    if (truth == Truth::kYes) {
      fitted = fitted_none = taken;
    } else {
      fitted = {taken.always && fitted.always, taken.ever || fitted.ever};
      fitted_none = {taken.always && fitted_none.always, taken.ever || fitted_none.ever};
    }
  }
  return fitted_none;
}

}  // namespace

AlertmanagerConfig read_alertmanager(const std::string& file, base::yaml::Problems& problems) {
  AlertmanagerConfig config;
  config.file = file;
  const Node root = base::yaml::load(file, problems);
  const Node route = root.required("route");
  if (route.present()) config.root = read_route(route, "");
  if (const Node receivers = root.required("receivers"); receivers.present()) {
    for (const Node& receiver : receivers.items()) config.receivers.push_back(read_receiver(receiver));
  }
  const Node inhibitions = root.optional("inhibit_rules");
  if (!inhibitions.present()) return config;
  for (const Node& each : inhibitions.items()) {
    config.inhibitions.push_back(
        {each.line(), read_matchers(each, "target_"), read_matchers(each, "source_")});
  }
  return config;
}

Truth reaches(const Route& root, const PossibleLabels& labels, const std::set<std::string>& receivers) {
  const Certainty certainty = descend(root, labels, receivers);
  return certainty.always ? Truth::kYes : certainty.ever ? Truth::kMaybe : Truth::kNo;
}

}  // namespace healer::salusctl::check
