/**
 * Measures the services against the alternatives in one run: a broker, a table in memory and the program under test, each a
 * process of its own on one machine. What is printed is a Markdown table, for {@code docs/benchmarks.md}.
 */
package io.sidetrack.bench;
