/**
 * Compares the services with the alternatives in one run: a broker, a table in memory and the program under test, each a
 * process of its own on one machine. The benchmarks print Markdown tables for the documentation.
 */
package io.sidetrack.bench;
