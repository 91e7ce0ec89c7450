#include "healer/api/api.h"

#include <algorithm>
#include <charconv>

#include "base/http/web/web_page.h"
#include "base/log.h"
#include "base/text/duration.h"
#include "base/text/exposition.h"
#include "base/text/utf8.h"
#include "healer/api/command_body.h"
#include "healer/api/json_views.h"
#include "healer/api/status_page.h"
#include "healer/notify/notice_json.h"
#include "healer/publish/outputs.h"
#include "healer/publish/policy_json.h"
#include "healer/reports/render/pages.h"

namespace healer {
namespace {

using base::http::json_error;

constexpr base::Duration kAnswerWithin = std::chrono::seconds(5);

// As many as there are connections. Each is answered within microseconds.
constexpr std::size_t kAnyNumber = 10'000;

constexpr base::Duration kLongestWait = std::chrono::minutes(1);

std::string_view strip_quotes(std::string_view tag) {
  return tag.size() >= 2 && tag.front() == '"' && tag.back() == '"' ? tag.substr(1, tag.size() - 2) : tag;
}

std::optional<std::uint64_t> parse_sequence(std::string_view text) {
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(sequence) : std::nullopt;
}

base::http::Response document(std::string body) { return base::http::json(200, std::move(body)); }

// Before the first document there is no policy, and no default in its place.
base::http::Response no_policy_yet() {
  base::http::Response response = json_error(503, "no policy document has been published yet");
  response.headers.emplace("Retry-After", "1");
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

}  // namespace

base::http::Handler Api::open(Response (Api::*handler)(const Request&)) {
  return [this, handler](const Request& request) { return (this->*handler)(request); };
}

base::http::Handler Api::guarded(Response (Api::*handler)(const Request&)) {
  return [this, handler](const Request& request) {
    if (auto refusal = parts_.token.refuse(request)) return std::move(*refusal);
    if (stopping_) return json_error(503, "the healer is stopping");
    return (this->*handler)(request);
  };
}

// Requests that must be answered under any load have their own threads. Running and queued requests together
// are fewer than the connections that a server may have, so that a new connection is always accepted.
void Api::add_routes(base::http::Server& server) {
  if (parts_.external_url) {
    server.set_site_rules({.urls = [this] { return std::vector<std::string>{parts_.external_url()}; }});
  }
  const auto policy = server.add_lane(3, kAnyNumber);
  const auto webhook = server.add_lane(8, 256);
  const auto scrapes = server.add_lane(2, 64);
  // For requests that wait for the decider, for other programs or for a newer policy.
  const auto waiting = server.add_lane(8 + policy::kMostWaiting, 32);
  const auto policy_or_wait = [=](std::string_view query) {
    // A percent-encoded parameter name could be `wait` as well.
    return query.find("wait") == query.npos && query.find('%') == query.npos ? policy : waiting;
  };
  server.set_other_lane(waiting);
  server.handle(
      "POST", "/api/v1/alerts",
      [this](const Request& request) {
        return stopping_ ? json_error(503, "the healer is stopping") : parts_.receive_alerts(request);
      },
      webhook);
  server.handle("GET", "/policy", open(&Api::policy), policy_or_wait);
  server.handle("GET", "/-/healthy", open(&Api::healthy), policy);
  server.handle("GET", "/-/ready", open(&Api::ready), policy);
  server.handle("GET", "/metrics", open(&Api::metrics), scrapes);

  server.handle("GET", "/api/v1/incidents", open(&Api::incidents));
  server.handle("GET", "/api/v1/incidents/*", open(&Api::incident));
  server.handle("GET", "/api/v1/recommendations", open(&Api::recommendations));
  server.handle("GET", "/api/v1/approvals", open(&Api::approvals));
  server.handle("GET", "/approvals/*", open(&Api::read_link));
  server.handle("GET", "/api/v1/pause", open(&Api::pause_state));
  server.handle("GET", "/api/v1/playbooks", open(&Api::playbooks));
  server.handle("GET", "/api/v1/policy/chain", open(&Api::policy_chain));
  server.handle("GET", "/api/v1/report", open(&Api::report));
  server.handle("GET", "/reports", open(&Api::reports));
  server.handle("GET", "/reports/*", open(&Api::one_report));
  server.handle("GET", "/", open(&Api::landing));

  server.handle("GET", "/health/system", open(&Api::system_health), waiting);
  server.handle("POST", "/health/force-check", guarded(&Api::force_check), waiting);
  server.handle("POST", "/api/v1/incidents/*/release", guarded(&Api::release_incident), waiting);
  server.handle("POST", "/api/v1/approvals/*/approve", guarded(&Api::approve), waiting);
  server.handle("POST", "/api/v1/approvals/*/reject", guarded(&Api::reject), waiting);
  server.handle("POST", "/approvals/*", open(&Api::follow_link), waiting);
  server.handle("POST", "/api/v1/pause", guarded(&Api::pause), waiting);
  server.handle("DELETE", "/api/v1/pause", guarded(&Api::resume), waiting);
  server.handle("POST", "/api/v1/playbooks/*/run", guarded(&Api::run_playbook), waiting);
  server.handle("POST", "/api/v1/actions/*/*/undo", guarded(&Api::undo_action), waiting);
  server.handle("POST", "/api/v1/policy/hold", guarded(&Api::hold_policy), waiting);
  server.handle("POST", "/api/v1/policy/release", guarded(&Api::release_policy), waiting);
  server.handle("POST", "/api/v1/notifications/test", guarded(&Api::test_notifiers), waiting);
  server.handle("POST", "/-/reload", guarded(&Api::reload), waiting);
}

std::optional<base::Result<>> Api::ask(OperatorInput input) {
  const std::uint64_t ticket = parts_.replies.issue();
  input.ticket = ticket;
  parts_.events.post(std::move(input));
  return parts_.replies.wait(ticket, kAnswerWithin);
}

Api::Response Api::command(OperatorCommand command, std::string reason, const Request& request,
                           const std::function<std::string()>& done) {
  std::string who = base::excerpt(request.header("X-Salus-Operator").value_or(request.remote_address), 64);
  const auto answer =
      ask({.command = std::move(command), .who = std::move(who), .reason = std::move(reason)});
  if (!answer) return json_error(503, "the healer did not respond in time; check its state before you retry");
  if (!*answer) return json_error(409, answer->error().message);
  return document(success(done()));
}

Api::Response Api::incidents(const Request& request) {
  const std::string state = request.parameter("state").value_or("");
  if (state != "" && state != "open" && state != "closed") {
    return json_error(400, fmt::format("state: \"{}\" is neither open nor closed", base::excerpt(state)));
  }
  const Listed listed = state == "open" ? Listed::kOpen : state == "closed" ? Listed::kClosed : Listed::kAll;
  return document(success(incidents_json(*parts_.view(), listed)));
}

Api::Response Api::incident(const Request& request) {
  const auto view = parts_.view();
  const auto found = std::ranges::find(view->incidents, request.captures.at(0), &IncidentView::id);
  if (found == view->incidents.end()) {
    return json_error(404, fmt::format("unknown incident {}", base::excerpt(request.captures[0])));
  }
  return document(success(incident_json(*found, *view, parts_.progress(found->id))));
}

Api::Response Api::release_incident(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"reason"});
  if (!body) return json_error(400, body.error().message);
  const auto view = parts_.view();
  if (std::ranges::find(view->incidents, request.captures.at(0), &IncidentView::id) ==
      view->incidents.end()) {
    return json_error(404, fmt::format("unknown incident {}", base::excerpt(request.captures[0])));
  }
  return command(ReleaseIncident{request.captures[0]}, body->text("reason"), request);
}

Api::Response Api::pause_state(const Request&) { return document(success(pause_json(*parts_.view()))); }

Api::Response Api::pause(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"for", "reason"});
  if (!body) return json_error(400, body.error().message);
  // A pause has a length, so that it ends even if no operator ends it.
  if (const auto given = body->required("for"); !given) return json_error(400, given.error().message);
  const auto length = body->duration("for");
  if (!length) return json_error(400, length.error().message);
  const auto reason = body->required("reason");
  if (!reason) return json_error(400, reason.error().message);
  return command(PauseHealing{*length}, *reason, request);
}

Api::Response Api::resume(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"reason"});
  if (!body) return json_error(400, body.error().message);
  return command(ResumeHealing{}, body->text("reason"), request);
}

// With `wait` it answers when there is a document other than the one of sequence `after`. If-None-Match may
// give the sequence as well.
Api::Response Api::policy(const Request& request) {
  const std::string wait = request.parameter("wait").value_or("0s");
  const auto patience = base::parse_duration(wait);
  if (!patience || *patience < base::Duration::zero() || *patience > kLongestWait) {
    return json_error(400, fmt::format("wait: \"{}\" is not a duration up to {}", base::excerpt(wait),
                                       base::format_duration(kLongestWait)));
  }
  const auto held = request.header("If-None-Match");
  auto after = held ? parse_sequence(strip_quotes(*held)) : std::nullopt;
  if (const auto parameter = request.parameter("after")) {
    after = parse_sequence(*parameter);
    if (!after)
      return json_error(400,
                        fmt::format("after: \"{}\" is not a sequence number", base::excerpt(*parameter)));
  }
  PolicyDocument newest = parts_.policy.newest();
  // Before the first document a client may always wait.
  if (*patience > base::Duration::zero() && (after || newest.sequence == 0))
    newest = parts_.policy.wait(after.value_or(0), *patience);
  if (newest.sequence == 0) return no_policy_yet();
  const std::string tag = fmt::format("\"{}\"", newest.sequence);
  Response response =
      held == tag ? Response{.status = 304, .content_type = "application/json", .body = "", .headers = {}}
                  : document(policy_document(newest));
  response.headers.emplace("Cache-Control", "no-store");
  response.headers.emplace("ETag", tag);
  return response;
}

Api::Response Api::report(const Request&) {
  auto report = parts_.report();
  if (!report) return json_error(503, "no report has been written yet");
  Response response = document(std::move(*report));
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Api::Response Api::hold_policy(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"policy", "reason", "for"});
  if (!body) return json_error(400, body.error().message);
  const auto policy = parse_policy(body->text("policy"));
  if (!policy) {
    return json_error(
        400, fmt::format("\"policy\": \"{}\" is not one of allow_all, safe_risk_profile, no_new_trades, "
                         "defensive_exit, emergency_shutdown",
                         body->text("policy")));
  }
  const auto reason = body->required("reason");
  if (!reason) return json_error(400, reason.error().message);
  const auto length = body->duration("for");
  if (!length) return json_error(400, length.error().message);
  return command(HoldPolicy{.policy = *policy, .length = *length}, *reason, request);
}

Api::Response Api::release_policy(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"lease", "cause", "reason"});
  if (!body) return json_error(400, body.error().message);
  std::string lease = body->text("lease");
  std::string cause = body->text("cause");
  if (!lease.empty() && !cause.empty())
    return json_error(400, "only one of \"lease\" and \"cause\" is allowed");
  const std::string reason = body->text("reason");
  if (!lease.empty()) return command(ReleaseLease{std::move(lease)}, reason, request);
  if (!cause.empty()) return command(ReleaseCause{std::move(cause)}, reason, request);
  return command(ReleasePolicy{}, reason, request);
}

Api::Response Api::policy_chain(const Request&) {
  return document(success(chain_json(parts_.view()->chain)));
}

Api::Response Api::system_health(const Request&) {
  const auto view = parts_.view();
  if (view->policy.sequence == 0) return no_policy_yet();
  Response response = document(health_document(parts_.health(), issues_among(view->firing), view->policy));
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Api::Response Api::force_check(const Request&) {
  const auto checked = parts_.force_check();
  if (!checked) return json_error(502, checked.error().message);
  return document(
      force_check_document(checked->health, issues_among(checked->alerts), checked->warnings, checked->at));
}

Api::Response Api::test_notifiers(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"notifier"});
  if (!body) return json_error(400, body.error().message);
  const std::string name = body->text("notifier");
  const auto results = parts_.test_notifiers(name);
  if (!results.empty()) return document(success(notify::test_json(results)));
  if (name.empty()) return json_error(409, "no notifier is configured");
  return json_error(404, fmt::format("unknown notifier \"{}\"", base::excerpt(name)));
}

Api::Response Api::reports(const Request&) { return reports::reports_page(parts_.reports_folder()); }

Api::Response Api::one_report(const Request& request) {
  return reports::report_page(parts_.reports_folder(), request.captures.at(0));
}

Api::Response Api::metrics(const Request&) {
  return {.status = 200,
          .content_type = std::string(base::kExpositionContentType),
          .body = parts_.metrics_page(),
          .headers = {}};
}

Api::Response Api::healthy(const Request&) {
  if (!parts_.alive()) return base::http::text(503, "The decision loop is stalled.\n");
  return base::http::text(200, "Salus healer is healthy.\n");
}

Api::Response Api::ready(const Request&) {
  if (stopping_) return base::http::text(503, "Salus healer is stopping.\n");
  if (!parts_.view()->journal_ok) return base::http::text(503, "The journal cannot be written.\n");
  if (parts_.policy.newest().sequence == 0)
    return base::http::text(503, "No policy document has been published yet.\n");
  return base::http::text(200, "Salus healer is ready.\n");
}

Api::Response Api::reload(const Request&) {
  if (const auto reloaded = parts_.reload(); !reloaded) return json_error(400, reloaded.error().message);
  return document(success("{}"));
}

Api::Response Api::landing(const Request&) {
  return base::http::html_page(200, landing_page(*parts_.view()), landing_style());
}

}  // namespace healer
