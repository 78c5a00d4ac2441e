#pragma once
// What `kip up` says when it starts: what it works by, and what it found.

#include <string>

#include "app/service.h"

namespace kip {

// Ward and hours, configuration, calendar, store: before anything is read. `brokers`: of Kafka;
// empty: embedded.
void print_head(const Service& service, const CommonOptions& common, const std::string& version,
                const std::string& brokers);
// Items by state, addresses, and the line "ready ADDRESS" that scripts wait for.
Status print_ready(const Service& service, const std::string& address);
// The most urgent open items, and how to look at one: so that a quiet morning shows something too.
void print_urgent(const Service& service);

}  // namespace kip
