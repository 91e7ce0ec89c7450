// The words that the journal's records use for values of enumerations.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "healer/journal/records/record.h"
#include "healer/model/policy/permission_names.h"

namespace healer::records {

using Outcome = ActionFinished::Outcome;
using Verb = OperatorActed::Verb;
using Answer = ApprovalAnswered::Answer;
using Ended = CauseEnded::How;

inline constexpr std::array<std::pair<Outcome, std::string_view>, 3> kOutcomes{{
    {Outcome::kSuccess, "success"},
    {Outcome::kFailure, "failure"},
    {Outcome::kInterrupted, "interrupted"},
}};
inline constexpr std::array<std::pair<Verb, std::string_view>, 7> kVerbs{{
    {Verb::kPause, "pause"},
    {Verb::kResume, "resume"},
    {Verb::kRelease, "release"},
    {Verb::kHoldPolicy, "hold_policy"},
    {Verb::kReleasePolicy, "release_policy"},
    {Verb::kReleaseLease, "release_lease"},
    {Verb::kReleaseCause, "release_cause"},
}};
inline constexpr std::array<std::pair<Answer, std::string_view>, 3> kAnswers{{
    {Answer::kApproved, "approved"},
    {Answer::kRejected, "rejected"},
    {Answer::kExpired, "expired"},
}};
inline constexpr std::array<std::pair<Ended, std::string_view>, 2> kEnds{{
    {Ended::kEvidence, "evidence"},
    {Ended::kReleased, "released"},
}};
inline constexpr std::array<std::pair<Expired::What, std::string_view>, 3> kExpiries{{
    {Expired::What::kPause, "pause"},
    {Expired::What::kHold, "hold"},
    {Expired::What::kLease, "lease"},
}};

template <class T, std::size_t N>
std::optional<T> value_of(const std::array<std::pair<T, std::string_view>, N>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

template <class T, std::size_t N>
std::string_view name_of(const std::array<std::pair<T, std::string_view>, N>& names, T value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "?";
}

inline std::string_view name_of(State value) { return to_string(value); }
inline std::string_view name_of(Policy value) { return to_string(value); }
inline std::string_view name_of(Refusal value) { return to_string(value); }
inline std::string_view name_of(Outcome value) { return name_of(kOutcomes, value); }
inline std::string_view name_of(Verb value) { return name_of(kVerbs, value); }
inline std::string_view name_of(Answer value) { return name_of(kAnswers, value); }
inline std::string_view name_of(Ended value) { return name_of(kEnds, value); }
inline std::string_view name_of(Expired::What value) { return name_of(kExpiries, value); }

template <policy::Permission T>
std::string_view name_of(T value) {
  return to_string(value);
}
template <policy::Permission T>
std::optional<T> parse(std::string_view text, T value) {
  return policy::named(policy::values_of(value), text);
}
inline std::optional<State> parse(std::string_view text, State) { return parse_state(text); }
inline std::optional<Policy> parse(std::string_view text, Policy) { return parse_policy(text); }
inline std::optional<Refusal> parse(std::string_view text, Refusal) { return parse_refusal(text); }
inline std::optional<Outcome> parse(std::string_view text, Outcome) { return value_of(kOutcomes, text); }
inline std::optional<Verb> parse(std::string_view text, Verb) { return value_of(kVerbs, text); }
inline std::optional<Answer> parse(std::string_view text, Answer) { return value_of(kAnswers, text); }
inline std::optional<Ended> parse(std::string_view text, Ended) { return value_of(kEnds, text); }
inline std::optional<Expired::What> parse(std::string_view text, Expired::What) {
  return value_of(kExpiries, text);
}

}  // namespace healer::records
