#include "healer/api/page.h"

#include <fmt/format.h>

#include "base/text/html.h"
#include "healer/actions/table.h"
#include "healer/state/incident.h"

namespace healer::approvals {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0}
button{font:inherit;font-weight:600;padding:.6rem 1.6rem;cursor:pointer}
.bad{color:#c0392b}.good{color:#1e8449}
)";

std::string page(std::string_view title, const std::string& body) {
  return fmt::format(R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{0}</title>
<style>{2}</style></head><body><h1>{0}</h1>
{1}</body></html>
)",
                     base::escape_html(title), body, kStyle);
}

std::string row(std::string_view name, std::string_view value) {
  return fmt::format("<tr><th>{}<td>{}</tr>\n", name, base::escape_html(value));
}

}  // namespace

std::string_view page_style() { return kStyle; }

std::string question_page(const Approval& approval, std::string_view verb, std::string_view stack) {
  const bool approves = verb == "approve";
  const actions::Info& about = actions::info(approval.action);
  return page(fmt::format("{}: {} {}?", stack, approves ? "approve" : "reject", approval.id),
              "<table>\n" + row("What", approval.description) + row("Target", approval.target.name) +
                  row("Incident", incident_id(approval.incident)) + row("Expected", about.expected) +
                  row("Risk", about.risk) + row("Expires", base::rfc3339(approval.expires_at)) +
                  "</table>\n" +
                  fmt::format("<p>{}</p>\n<form method=\"post\"><button>{}</button></form>\n",
                              approves ? "It starts as soon as no guard refuses it."
                                       : "It does not run, and an operator must handle the incident.",
                              approves ? "Approve" : "Reject"));
}

std::string answer_page(std::string_view title, std::string_view words, bool good) {
  return page(title,
              fmt::format("<p class=\"{}\">{}</p>\n", good ? "good" : "bad", base::escape_html(words)));
}

std::string why_closed(const Approval& approval, base::WallTime now) {
  const auto answered = [&](std::string_view how) {
    return fmt::format("This link is no longer valid: {} was {} by {}.", approval.id, how, approval.who);
  };
  switch (approval.state) {
    case Approval::State::kApproved:
    case Approval::State::kUsed:
      return answered("approved");
    case Approval::State::kRejected:
      return answered("rejected");
    case Approval::State::kWithdrawn:
      return fmt::format("{} is no longer needed: its incident continued without it.", approval.id);
    case Approval::State::kPending:
      if (now < approval.expires_at) return "";
      [[fallthrough]];
    case Approval::State::kExpired:
      return fmt::format("This link expired at {}.", base::rfc3339(approval.expires_at));
  }
  return "";
}

}  // namespace healer::approvals
