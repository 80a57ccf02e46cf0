import type { CheckFinding } from '@openclaw-trading/bot-engine/research'
import type { Explanation } from './explanation.ts'

type ResultCode =
  | CheckFinding['code']
  | 'not-compared'
  | 'price-blind'
  | 'all-won'
  | 'entry-without-stop'
  | 'no-trades'
  | 'no-volume'
  | 'made-market'
  | 'orders-refused'
  | 'changes-refused'
  | 'warm-up-short'
  | 'watched-late'
  | 'stopped-out'
  | 'account-lost'
  | 'interrupted'
  | 'no-best'
  | 'few-trades'
  | 'unproven'
  | 'tried-before'
  | 'nothing-held-back'
  | 'search-ended'
  | 'overfitting'
  | 'lonely-peak'
  | 'inefficient'
  | 'carried-over'
  | 'not-repeated'
  | 'rows-quarantined'
  | 'rows-sorted'
  | 'rows-repeated'
  | 'quotes-crossed'
  | 'quotes-spiked'
  | 'bars-rescaled'
  | 'bars-spiked'
  | 'data-holes'
  | 'data-sparse'
  | 'digits-differ'
  | 'other-symbol'
  | 'default-spread'
  | 'outside-hours'
  | 'tiers-unused'
  | 'data-differ'
  | 'terms-differ'
  | 'counts-differ'

/** What results are told with: they hold, and should not be believed without a look. */
export const RESULT_CODES: Readonly<Record<ResultCode, Explanation>> = {
  'look-ahead': {
    cause:
      'What the strategy decides at an instant changes when the rows after it are removed: it knows the future, and its backtest is worth nothing.',
    fix: 'Use closed bars only, those of onBar and ctx.bars. A value that is made of a whole bar may be used from the next one on; levels and scalings must be made of the past alone.',
    example: 'onBar(bar, ctx) { const value = average.push(bar.close) … }',
  },
  'outside-data': {
    cause:
      'The strategy reads, or can read, data besides its feeds: files, processes, the network. They may hold the future, so its backtest proves nothing.',
    fix: 'Take every price from the feeds: other instruments and timeframes can be watched. Constants belong into the module, settings into the parameters.',
    example: "feeds: () => ({ main: { timeframe: 'm15' }, day: { timeframe: 'd1', history: 50 } })",
  },
  'warm-up': {
    cause:
      'With more bars before the start the strategy decides differently: an indicator was used before it had settled. Started live, it would trade otherwise than in the backtest.',
    fix: 'Ask for more history in feeds. A moving average of n bars needs n; an exponential or smoothed one (EMA, ATR, RSI) about ten times as many.',
    example: "feeds: p => ({ main: { timeframe: 'm15', history: 10 * p.period } })",
  },
  'not-deterministic': {
    cause:
      'Two runs of the same strategy over the same data differ. Chance, a clock, or a variable of the module that survives the first run decides.',
    fix: 'Take chance from ctx.random(), time from ctx.now, and keep what is remembered inside create().',
  },
  random: {
    cause: 'The strategy calls an unseeded source of chance: no run of it can be repeated.',
    fix: 'Use ctx.random(), which the seed of the run decides.',
  },
  'local-time': {
    cause:
      'The strategy asks a Date for its hour or day in the zone of the machine: at home and on a server in UTC it decides differently.',
    fix: "Use getUTCHours, getUTCDay and getUTCDate, or localTime(at, 'Europe/London') for the hours of a market.",
    example: "const { minute } = localTime(bar.openedAt, 'America/New_York')",
  },
  clock: {
    cause:
      'The strategy reads the clock of the machine: in a backtest that is now, not the time of the market.',
    fix: 'Use ctx.now, the time of the market in milliseconds since 1970-01-01 UTC.',
  },
  async: {
    cause:
      'A handler is asynchronous, or starts something that is. The market goes on meanwhile, in a backtest by years.',
    fix: 'Handlers are synchronous. Use ctx.setTimer for later, and read files before the run.',
  },
  'not-compared': {
    cause: 'The strategy asked for nothing in these rows, so there was nothing to compare.',
    fix: 'Check it on data on which it trades, and with parameters with which it does.',
    example: 'claw check gold-fade --from 2024-01-02 --to 2024-12-31',
  },
  'price-blind': {
    cause:
      'On other prices at the same times the strategy asked for the very same entries: it reads no price of its feed.',
    fix: 'Where it trades by the clock alone, that is as meant. Else look for what decides its entries.',
  },
  'all-won': {
    cause:
      'Every trade of the run won, 30 or more of them. That is a look ahead, or losses that are never taken: positions open at the end are no trades.',
    fix: 'Check it, look at the deepest fall of the equity, and give each position a stop that can be hit.',
    example: 'claw check gold-fade',
  },
  'entry-without-stop': {
    cause: 'An entry had no stop loss and was blocked, as on a live account: its loss would have no bound.',
    fix: 'Give each entry a stop, as a distance or as a price.',
    example: 'ctx.buy({ riskPercent: 0.5, stopLoss: { pips: pips(20) } })',
  },
  'orders-refused': {
    cause:
      'The simulated venue refused orders by the record of the symbol, as a broker would: a volume off the step, a stop too close, no margin, a closed market.',
    fix: 'The message has each code, how often, and the first with its values and what to do.',
    example: 'claw data instrument XAUUSD',
  },
  'stopped-out': {
    cause:
      'Equity fell to the stop-out level of the account, in percent of the margin, and the broker closed positions at market. What the strategy would have done with them did not come to pass.',
    fix: 'Trade a smaller volume, e.g. riskPercent with a stop, or state the balance and leverage of the account that it is for. The level is that of account.stopOut in claw.config.ts, or of --stop-out.',
    example: 'claw backtest gold-fade --balance 10000 --leverage 100 --stop-out 50',
  },
  'account-lost': {
    cause:
      'Equity fell below zero: more was lost than the account had. A broker ends that before, by its stop-out, so what came after is no result.',
    fix: 'Trade a smaller volume, and let the run have the stop-out of the broker: account.stopOut in claw.config.ts, or --stop-out.',
    example: 'claw backtest gold-fade --stop-out 50',
  },
  'warm-up-short': {
    cause:
      'The feeds ask for more bars before the start of the run (--from) than the store or the file has there, or of quotes than the 31 days before hold. Averages and ranges begin with what there is, and settle within the run: a live start, which loads them all, would decide differently at first.',
    fix: 'Get earlier data, or state a later --from. Without --from a run begins with the first row, and nothing is before it.',
    example: 'claw data list',
  },
  'watched-late': {
    cause:
      'The data of a symbol that a feed watches begin days after those of the symbol traded. Until then its feeds are cold: no handler is told of a bar of it, and a strategy that waits for one does nothing. Folds of a walk-forward that end before choose by runs without it.',
    fix: 'Get earlier data of the symbol watched, or begin with its first row.',
    example: 'claw data get EURUSD --tf m15 --from 2024-01-02',
  },
  'changes-refused': {
    cause:
      'The simulated venue refused closes, changes of a protection or of a waiting order, or cancels, as a broker would: what was meant to end or to guard a position did nothing, and the figures are those of the run without it.',
    fix: 'The message has each kind and code, how often, and the first with its values and what to do. onExecution is told of each (order-rejected, with what was refused).',
    example: 'ctx.close(position.id, roundedToStep)',
  },
  'made-market': {
    cause:
      'There are no recorded data of the symbol, so the run was over a market that is made up from a seed. There is nothing to predict in it.',
    fix: 'Use it to try a strategy out, and get data before believing a figure. With --synthetic it is asked for, and nothing is said.',
    example: 'claw data get XAUUSD --tf m15 --from 2024-01-02',
  },
  'no-trades': {
    cause:
      'The run made no trade: a condition never held, entries were blocked, orders were refused, or none was filled.',
    fix: 'Look at the condition that never held: its line is named. Where none is listed, state each with ctx.explain and run again.',
    example: "ctx.explain?.rule('below the band', bar.close < band.lower)",
  },
  'no-volume': {
    cause:
      'The bars have no volumes, as those of HistData, and the strategy reads volumes. Indicators over them go on: vwap is the last typical price, moneyFlowIndex 50, onBalanceVolume and chaikinMoneyFlow 0.',
    fix: 'Take bars with volumes, or quotes, of which each bar counts its own; or leave volumes out of the strategy.',
    example: 'claw data get XAUUSD --tf m15 --from 2024-01-02',
  },
  interrupted: {
    cause:
      'Ctrl-C, another signal or --timeout ended the work. What was done until then is told and kept; the exit code is 130 after Ctrl-C, 124 after --timeout.',
    fix: 'Run it again; a sweep goes on where it ended.',
    example: 'claw sweep --resume swp_…',
  },
  'no-best': {
    cause:
      'No run of the search, or of the sample of a fold, has a score: each made too few trades, or the objective has no value for it (a Sharpe ratio needs two days whose returns differ, a profit factor a trade that lost). The table says which, run by run. A fold may also have no row of the symbol traded in its sample.',
    fix: 'Take more data, axes on which it trades, a lower --least-trades, or another objective.',
    example: 'claw sweep gold-fade --axis period=10:40:5 --least-trades 10',
  },
  'few-trades': {
    cause:
      'Some runs of the search made so few trades that their score says nothing: the best of many single trades is always good.',
    fix: 'Take more data, or axes on which it trades. --least-trades sets the bound; 0 takes all.',
    example: 'claw sweep gold-fade --axis period=10:40:5 --least-trades 10',
  },
  unproven: {
    cause:
      'The best of many trials looks good by luck alone. The deflated Sharpe ratio is the probability that it is more than that; under 0.95 it is not shown.',
    fix: 'Try fewer things, on more data, and judge the way of choosing on what follows.',
    example: 'claw walkforward gold-fade --axis period=10:40:5',
  },
  'tried-before': {
    cause:
      'The ledger has other trials that ran over rows of the last part: another strategy, other parameters or code, a walk-forward, or a sweep that held nothing back. A choice that was made with them in sight is not judged by these rows.',
    fix: 'Sweep with the share that is held back, look at its best once, and take new data for the next choice.',
    example: 'claw data get XAUUSD --tf m15',
  },
  'nothing-held-back': {
    cause:
      'The sweep ran over all rows (--out-of-sample 0, or too few rows to leave some out), so that a backtest over them has no part that its choice did not see.',
    fix: 'Leave the last part out of the sweep, or judge on data that came later.',
    example: 'claw sweep gold-fade --axis period=10:40:5 --out-of-sample 30',
  },
  'search-ended': {
    cause:
      'The optimiser of a sweep came to its end before it had made as many runs as it may: it suggested nothing more, or only what was known or refused.',
    fix: 'Widen the axes, give it another seed, or take the runs that there are.',
    example: 'claw sweep gold-fade --axis period=10:40:5 --search ./optimiser.ts --random-seed 2',
  },
  'lonely-peak': {
    cause:
      'One step to either side of the best of a sweep, along each axis, less than half of its score is left on average. What an idea earns changes little with a parameter; what luck has chosen stands alone.',
    fix: 'Look at the neighbours (they are in the output, in the JSON and on the page), and take a value in the middle of a plateau, if there is one. It proves little by itself: the deflated Sharpe ratio comes first.',
    example: 'claw walkforward gold-fade --axis period=10:40:5',
  },
  overfitting: {
    cause:
      'The parameters that are best in one half of the days are often among the worse in the other: choosing fits noise.',
    fix: 'Use fewer parameters and coarser steps, and prefer a plateau of good values to a peak.',
  },
  inefficient: {
    cause: 'Out of sample a good part of the in-sample result is lost: the choice holds only in part.',
    fix: 'Treat the out-of-sample figures as the ones to expect, and choose among fewer combinations.',
  },
  'carried-over': {
    cause:
      'The best run of a sweep, or the last choice of a walk-forward in its sample, was made once more in a thread that had run nothing else, and came out differently. A search makes many runs with one module: what the strategy keeps outside create() (a variable, a cache, globalThis, also in a file that it imports) goes from one run into the next, as in no backtest and no bot. Chance and a clock make runs differ, too.',
    fix: 'Keep what is remembered inside create(), take chance from ctx.random() and time from ctx.now, and search anew: no figure of this search counts.',
    example: 'claw check gold-fade',
  },
  'not-repeated': {
    cause:
      'The best run of a search could not be made once more in a thread of its own, because the thread could not load the strategy. Whether it carries something from run to run is not known.',
    fix: 'The message has the reason. A check looks for what is carried.',
    example: 'claw check gold-fade',
  },
  'rows-quarantined': {
    cause: 'Rows of the file were left out as bad; they are counted by kind.',
    fix: 'Look at the counts. A few of a hundred thousand are usual; more are a reason to get the file anew.',
    example: 'claw data verify',
  },
  'rows-sorted': {
    cause:
      'Rows of the file lay before the row above them. They were put in order, or took the time of the row above.',
    fix: 'Look at how the file was made: two exports joined, or a clock that was set back. Sort it before you trust it.',
  },
  'rows-repeated': {
    cause: 'Quotes repeat the one above to the millisecond, as where two exports overlap.',
    fix: 'They change no fill. Import the file to drop them.',
    example: 'claw data import ticks.csv --symbol XAUUSD',
  },
  'quotes-crossed': {
    cause:
      'Quotes have the bid above the ask, which no market has. They were run as they are: fills at them are too good.',
    fix: 'Leave them out, or get the data from another source.',
    example: 'claw backtest gold-fade --data ticks.csv --clean',
  },
  'quotes-spiked': {
    cause:
      'Quotes jump in price or time, and nothing goes on from there: wrong prices, or wrong dates. Of a jump that was real, the first quotes are counted too, until enough agree. They were taken as they are: stops and targets fill at them.',
    fix: 'Leave them out, and compare the figures.',
    example: 'claw backtest gold-fade --data ticks.csv --clean',
  },
  'bars-rescaled': {
    cause:
      'Prices of bars change to about half or twice those before, or farther. The file goes over a split, holds two symbols or two units, or a decimal point was lost. Trades across such a step earn or lose what no market paid.',
    fix: 'Look at the bar that is named, and correct the file; prices from before a split are divided by it.',
  },
  'bars-spiked': {
    cause:
      'Bars reach far beyond everything around them, by more than 20 usual ranges: mostly one wrong quote that became a high or a low. They were taken as they are: stops and targets fill there.',
    fix: 'Look at the bar that is named. Correct or drop its row in the file and import it again, or get the data from another source; from quotes the bar can be made without it.',
  },
  'data-holes': {
    cause:
      'Rows are missing in trading hours: bars and indicators run over the hole as if it were not there, and stops inside it were not seen.',
    fix: 'Get the missing span, or cut the run with --from and --to. Where the hours of the broker differ from those of the record, take its record.',
    example: 'claw data verify',
  },
  'data-sparse': {
    cause:
      'Over hours each bar is followed by missing ones, as where bars of a longer timeframe lie among those of a shorter: they count as bars of the shorter, and indicators over so many bars reach over hours instead of minutes.',
    fix: 'Import the files of each timeframe by themselves, or cut the run with --from and --to. Where the market is that thin, take bars of a longer timeframe.',
    example: 'claw data verify XAUUSD',
  },
  'default-spread': {
    cause:
      'The bars tell no spread, the project states none, and the default is that of gold: of most other symbols it is far off.',
    fix: 'State the usual spread of your broker in steps of the last digit, one for all hours or one for each.',
    example: "export default { market: { symbol: 'EURUSD', spreadTicks: 8 } } in claw.config.ts",
  },
  'other-symbol': {
    cause:
      'The name of the file speaks of another pair than the symbol of the run, whose digits, costs and hours are taken.',
    fix: 'State the symbol of the file. If it is the name of the file that is wrong, rename it.',
    example: 'claw backtest gold-fade --data eurusd.csv --symbol EURUSD',
  },
  'digits-differ': {
    cause: 'The prices of the file have more digits than the record of the symbol: a run rounds them.',
    fix: 'Correct the record if that is not what you want, or use the record of the broker whose prices they are.',
    example: 'claw data instrument XAUUSD',
  },
  'outside-hours': {
    cause:
      'Rows lie where the record of the symbol says closed: it is of a broker with other hours, or the times are of another zone.',
    fix: 'Take the record of the broker whose prices they are, or import the file again with its zone.',
    example: 'claw data import gold.csv --symbol XAUUSD --tz Europe/Athens',
  },
  'tiers-unused': {
    cause:
      'The broker lowers the leverage of large exposures by tiers in US dollars, and the prices of the symbol do not tell how many dollars an exposure is. The run has the leverage of the account alone.',
    fix: 'Keep the volume well below the first tier, or run in code with a dollar pair as a watched feed.',
  },
  'data-differ': {
    cause: 'The two runs are over different data, so their figures do not say which of them is better.',
    fix: 'Run both over the same data.',
  },
  'terms-differ': {
    cause: 'Account, spread or commission differ between the two runs, and part of the change is theirs.',
    fix: 'Run both with the same --balance, --leverage and claw.config.ts.',
  },
  'counts-differ': {
    cause:
      'One of the two reports is of an earlier version, to which each closing was a trade: a position that was closed in parts counted several times, and days ended at midnight UTC. Net profit, drawdown and costs compare; trades, won, profit factor and Sharpe do not.',
    fix: 'Run the earlier one again; the command stands in its index.html.',
  },
}
