// Exceptions that a program prints by name, without a level: at the end of a traceback, or alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

// The level of the exception that the text at `from` begins with, or that the line ends with:
//   Python   "ccxt.base.errors.RequestTimeout: x", "requests.exceptions.ReadTimeout", "APIError(code=-1): x"
//   Java     "java.lang.NullPointerException", with or without a message; .NET, Kotlin, PHP alike
//   Node     "[ExchangeError] x", "TypeError [ERR_X]: x", "[UnhandledPromiseRejection: x"
//   Ruby     "app.rb:1:in `f': x (RuntimeError)", "ActionController::RoutingError (x)"
//   Elixir   "** (RuntimeError) x"; Erlang "** Generic server x terminating"
//   Perl     "x at app.pl line 3."
// An exhausted memory is critical, everything else an error; Perl's own warnings are warnings.
std::optional<Level> level_of_exception(std::string_view line, std::size_t from);
// The same, only of what the text at `from` begins with. Nothing that follows it states a level.
std::optional<Level> level_of_first_exception(std::string_view line, std::size_t from);

// Whether `line` begins with a dotted class name of an exception, alone or with ":" behind it: the first line
// of a stack trace of Java, .NET or Kotlin.
bool begins_with_exception(std::string_view line);

}  // namespace log_analysis
