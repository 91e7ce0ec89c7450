// The API for approvals, with the token or by a signed link.
#include <algorithm>

#include "base/http/web/web_page.h"
#include "base/text/utf8.h"
#include "healer/api/api.h"
#include "healer/api/command_body.h"
#include "healer/api/json_views.h"
#include "healer/api/page.h"

namespace healer {
namespace {

using base::http::json_error;

base::http::Response html(int status, std::string body) {
  using base::http::Forms;
  auto page = base::http::html_page(status, std::move(body), approvals::page_style(), Forms::kToThisServer);
  page.headers.emplace("Cache-Control", "no-store");
  // The URL is a secret, so it is sent to this server only. Without it the form's request would have no
  // origin.
  page.headers.emplace("Referrer-Policy", "same-origin");
  return page;
}

const Approval* find(const View& view, std::string_view id) {
  const auto found = std::ranges::find(view.approvals, id, &Approval::id);
  return found == view.approvals.end() ? nullptr : &*found;
}

base::http::Response unknown_approval(std::string_view id) {
  return json_error(404, fmt::format("unknown approval {}", base::excerpt(id)));
}

}  // namespace

Api::Response Api::approvals(const Request& request) {
  const std::string state = request.parameter("state").value_or("");
  if (state != "" && state != "pending")
    return json_error(400, fmt::format("state: \"{}\" is not pending", base::excerpt(state)));
  return base::http::json(200, success(approvals_json(*parts_.view(), state == "pending")));
}

Api::Response Api::recommendations(const Request&) {
  return base::http::json(200, success(recommendations_json(*parts_.view())));
}

Api::Response Api::approve(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"reason"});
  if (!body) return json_error(400, body.error().message);
  const std::string& id = request.captures.at(0);
  if (find(*parts_.view(), id) == nullptr) return unknown_approval(id);
  return command(ApproveAction{id}, body->text("reason"), request);
}

Api::Response Api::reject(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"reason"});
  if (!body) return json_error(400, body.error().message);
  const std::string& id = request.captures.at(0);
  if (find(*parts_.view(), id) == nullptr) return unknown_approval(id);
  const auto reason = body->required("reason");
  if (!reason) return json_error(400, reason.error().message);
  return command(RejectAction{id}, *reason, request);
}

// The approval that a signed link is about; nullptr if the signature is not valid.
const Approval* Api::linked(const View& view, const Request& request) const {
  if (parts_.signer == nullptr || request.captures.empty()) return nullptr;
  const Approval* approval = find(view, request.captures[0]);
  const bool ours =
      approval != nullptr && parts_.signer->vouches(*approval, request.parameter("verb").value_or(""),
                                                    request.parameter("expires").value_or(""),
                                                    request.parameter("token").value_or(""));
  return ours ? approval : nullptr;
}

bool Api::bears_link(const Request& request) const {
  constexpr std::string_view kFolder = "/approvals/";
  if (!request.path.starts_with(kFolder)) return false;
  Request matched = request;
  matched.captures = {request.path.substr(kFolder.size())};
  return linked(*parts_.view(), matched) != nullptr;
}

// A GET never changes anything, because programs that preview links send it too.
Api::Response Api::read_link(const Request& request) {
  const auto view = parts_.view();
  const Approval* approval = linked(*view, request);
  if (approval == nullptr) return html(403, forged_page());
  if (const std::string why = approvals::why_closed(*approval, view->at); !why.empty())
    return html(410, approvals::answer_page("No longer open", why, false));
  return html(200,
              approvals::question_page(*approval, request.parameter("verb").value_or(""), parts_.stack()));
}

Api::Response Api::follow_link(const Request& request) {
  const auto view = parts_.view();
  const Approval* approval = linked(*view, request);
  if (approval == nullptr) return html(403, forged_page());
  if (stopping_) return html(503, approvals::answer_page("Unavailable", "The healer is stopping.", false));
  if (const std::string why = approvals::why_closed(*approval, view->at); !why.empty())
    return html(410, approvals::answer_page("No longer open", why, false));
  const bool approves = request.parameter("verb") == approvals::kApprove;
  const OperatorCommand answer =
      approves ? OperatorCommand(ApproveAction{approval->id}) : OperatorCommand(RejectAction{approval->id});
  const auto result =
      ask({.command = answer, .who = fmt::format("signed link from {}", request.remote_address)});
  if (!result)
    return html(503, approvals::answer_page(
                         "No response",
                         "The healer did not respond in time; check its state before you retry.", false));
  if (!*result) return html(409, approvals::answer_page("Not accepted", result->error().message, false));
  return html(200, approvals::answer_page(approves ? "Approved" : "Rejected",
                                          fmt::format("{}: {}", approval->id, approval->description), true));
}

std::string Api::forged_page() {
  return approvals::answer_page(
      "Invalid link", "This link is incomplete, forged, or about a request that closed long ago.", false);
}

}  // namespace healer
