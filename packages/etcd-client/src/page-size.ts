/**
 * Keys in one page of a listing. A page of this size holds up the event loop for 10 ms when records are made of it; larger
 * ones load no faster.
 */
export const PAGE_SIZE = 1_000;
