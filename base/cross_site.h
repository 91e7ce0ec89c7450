// Requests that a page of another site makes a browser send. A browser sends them without asking, from inside
// the network that it is in; so what changes something is refused to them.
//
// A client that is no browser (curl, Prometheus' tools, the healer) sends none of the headers looked at, and
// is never refused here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/http.h"

namespace base::http {

struct SiteRules {
  // URLs under which browsers reach the server, beside the one that they name in `Host`: behind a proxy that
  // changes it.
  std::function<std::vector<std::string>()> urls = {};
  // A browser's request is also refused when its `Host` is a name that anyone could have registered, and none
  // of `urls`: such a name can point here for a page of its owner (DNS rebinding). A server sets it that no
  // page needs to POST to.
  bool local_names_only = false;
  // A POST whose body is of a type that a form of another site can send is refused, with or without the
  // headers of a browser. For servers whose requests have no body.
  bool no_form_bodies = false;
};

// nullopt: it may be handled. GET and HEAD always may: they change nothing. Else 403, or 415.
std::optional<Response> refuse_cross_site(const Request& request, const SiteRules& rules);

}  // namespace base::http
