// The fields of the journal's records, each named once for both directions: `f` writes or reads the value
// under that name. A field that earlier versions did not have is written only if it is not the default.
#pragma once

#include "healer/journal/records/record.h"

namespace healer {

void fields(auto& f, auto& r, ProcessStarted*) {
  f("quarantined", r.quarantined);
  f.flag("needs_evidence", r.needs_evidence);
}
void fields(auto& f, auto& r, AlertSeen*) {
  f("fingerprint", r.alert.fingerprint);
  f("firing", r.alert.firing);
  f("labels", r.alert.labels);
  f("annotations", r.alert.annotations);
  f("starts_at", r.alert.starts_at);
  f("ends_at", r.alert.ends_at);
  f.flag("pulled", r.pulled);
}
void fields(auto& f, auto& r, AlertRefused*) {
  f("fingerprint", r.fingerprint);
  f("playbook", r.playbook);
  f("refusal", r.refusal);
  f("detail", r.detail);
}
void fields(auto& f, auto& r, IncidentOpened*) {
  f("playbook", r.playbook);
  f("subsystem", r.subsystem);
  f("severity", r.severity);
  f("target", r.target);
  f("fingerprint", r.fingerprint);
  f("alert_name", r.alert_name);
  f("alert_starts_at", r.alert_starts_at);
  f.optional("started_by", r.started_by);
  f.optional("reason", r.reason);
  f.optional("undoes", r.undoes);
  f.optional("undo", r.undo);
}
void fields(auto& f, auto& r, AlertJoined*) {
  f.incident("incident", r.incident);
  f("fingerprint", r.fingerprint);
  f("alert_name", r.alert_name);
}
void fields(auto& f, auto& r, IncidentMoved*) {
  f.incident("incident", r.incident);
  f("from", r.from);
  f("to", r.to);
  f("refusal", r.refusal);
  f("detail", r.detail);
  f.incident_if("by", r.by);
}
void action_fields(auto& f, auto& r) {
  f.incident("incident", r.incident);
  f("action_id", r.action_id);
  f("playbook", r.playbook);
  f("action", r.action);
  f.number("rung", r.rung);
  f("target", r.target);
  f("description", r.description);
}
void fields(auto& f, auto& r, ActionIntended*) {
  action_fields(f, r);
  f.optional("policy", r.policy);
  f.optional_length("lease_ms", r.lease);
  f.optional("policy_while_running", r.policy_while_running);
}
void fields(auto& f, auto& r, ActionFinished*) {
  f.incident("incident", r.incident);
  f("action_id", r.action_id);
  f("outcome", r.outcome);
  f("detail", r.detail);
  f.optional("started", r.started, true);
  f.optional("counts", r.counts);
  f.optional("findings", r.findings);
  f.optional("undo", r.undo);
}
void fields(auto& f, auto& r, SymptomReturned*) {
  f.incident("incident", r.incident);
  f("detail", r.detail);
}
void fields(auto& f, auto& r, SymptomGone*) { f.incident("incident", r.incident); }
void fields(auto& f, auto& r, PolicyMoved*) {
  f("from", r.from);
  f("to", r.to);
  f("causes", r.causes);
  f.optional("restrictions", r.permissions);
}
void fields(auto& f, auto& r, policy::Permissions*) {
  f("new_positions", r.new_positions);
  f.optional("max_leverage", r.max_leverage);
  f("position_size_factor", r.position_size_factor);
  f("stops", r.stops);
  f("existing_positions", r.existing_positions);
  f("trading", r.trading);
}
void fields(auto& f, auto& r, OperatorActed*) {
  f("verb", r.verb);
  f("who", r.who);
  f("reason", r.reason);
  f.length("length_ms", r.length);
  f.incident("incident", r.incident);
  f("policy", r.policy);
  f.optional("lease", r.lease);
  f.optional("cause", r.cause);
  f.optional("halts", r.halts);
}
void fields(auto& f, auto& r, Expired*) {
  f("what", r.what);
  f.optional("lease", r.lease);
}
void fields(auto& f, auto& r, JournalFailed*) {
  f("since", r.since);
  f("error", r.error);
}
void fields(auto& f, auto& r, Recommended*) {
  action_fields(f, r);
  f("issue", r.issue);
  f.number("priority", r.priority);
  f("automatic", r.automatic);
  f("approval", r.approval);
}
void fields(auto& f, auto& r, ApprovalAsked*) {
  action_fields(f, r);
  f("approval", r.approval);
  f("refusal", r.refusal);
  f.length("within_ms", r.within);
}
void fields(auto& f, auto& r, ApprovalAnswered*) {
  f("approval", r.approval);
  f.incident("incident", r.incident);
  f("answer", r.answer);
  f("who", r.who);
  f("reason", r.reason);
}

void fields(auto& f, auto& r, StormMoved*) {
  f("active", r.active);
  f.number("targets", r.targets);
  f.number("declared", r.declared);
}

void fields(auto& f, auto& r, CauseSeen*) {
  f("ruler", r.ruler);
  f("labels", r.labels);
  f("starts_at", r.starts_at);
  f("facts", r.facts);
}
void fields(auto& f, auto& r, CauseEnded*) {
  f("key", r.key);
  f("how", r.how);
}
void fields(auto& f, auto& r, RulesSeen*) {
  f("ruler", r.ruler);
  f("rules", r.rules);
}
void fields(auto& f, auto& r, RulesAccepted*) {
  f("ruler", r.ruler);
  f("rules", r.rules);
}

}  // namespace healer
